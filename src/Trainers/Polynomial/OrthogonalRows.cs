namespace MLNet.GradientTrainers;

/// <summary>
/// One-sided Jacobi: rotates the rows of a matrix in pairs until all are orthogonal. They are then its right singular vectors, each times its singular value.
/// </summary>
/// <remarks>
/// M. Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958. Small singular values keep their digits, which those of AᵀA do not; own code, because
/// MathNet.Numerics' decomposition takes many times as long.
/// </remarks>
internal static class OrthogonalRows
{
    /// <summary>Rows are orthogonal when the cosine of their angle is less.</summary>
    private const double Cosine = 1e-13;

    /// <summary>Some ten passes are enough; what remains after so many is rounding.</summary>
    private const int MaxPasses = 30;

    /// <summary>A square that shrinks to less than this share has lost digits.</summary>
    private const double Shrunk = 0.1;

    /// <param name="rows">The rows; what stands behind the first <paramref name="width"/> numbers of one is rotated with them, and does not count for the angles.</param>
    /// <param name="width">The matrix's columns.</param>
    /// <param name="token">Cancels.</param>
    public static void Make(double[][] rows, int width, CancellationToken token)
    {
        bool rotated = true;
        for (int pass = 0; pass < MaxPasses && rotated; pass++)
        {
            rotated = false;
            double[] squares = Array.ConvertAll(rows, row => Dot(row, row, width));
            for (int i = 0; i < rows.Length - 1; i++)
            {
                token.ThrowIfCancellationRequested();
                for (int j = i + 1; j < rows.Length; j++)
                {
                    double dot = Dot(rows[i], rows[j], width);
                    if (Math.Abs(dot) > Cosine * Math.Sqrt(squares[i]) * Math.Sqrt(squares[j]))
                    {
                        rotated = true;
                        Rotate(rows, squares, i, j, dot, width);
                    }
                }
            }
        }
    }

    /// <summary>Makes two rows orthogonal, the first one the longer.</summary>
    private static void Rotate(double[][] rows, double[] squares, int i, int j, double dot, int width)
    {
        var (sine, cosine) = Math.SinCos(Math.Atan2(2 * dot, squares[i] - squares[j]) / 2);
        Doubles.Rotate(cosine, sine, rows[i], rows[j]);
        double before = squares[j];
        double moved = (2 * sine * cosine * dot) + (sine * sine * (before - squares[i]));
        squares[i] += moved;
        squares[j] -= moved;
        if (squares[j] < Shrunk * before)
        {
            squares[j] = Dot(rows[j], rows[j], width);
        }
    }

    private static double Dot(double[] a, double[] b, int width) => Doubles.Dot(a.AsSpan(0, width), b.AsSpan(0, width));
}
