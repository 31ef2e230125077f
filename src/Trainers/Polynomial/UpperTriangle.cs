using MathNet.Numerics.LinearAlgebra;

namespace MLNet.GradientTrainers;

/// <summary>A square upper triangular matrix R, row-major, whose columns have norm 1.</summary>
internal sealed class UpperTriangle(double[] values, int size)
{
    private const int PowerIterations = 12;

    /// <summary>Solves R·x = rhs; where R has no full rank, in the sense of least squares and with the smallest norm of x.</summary>
    /// <param name="rhs">The right-hand side.</param>
    /// <param name="tolerance">Directions whose singular value is less than this share of the largest count as 0.</param>
    /// <param name="rank">The number of the others.</param>
    public double[] SolveLeastNorm(double[] rhs, double tolerance, out int rank)
    {
        rank = size;

        // Columns of norm 1: the largest singular value is at most √size. The decomposition is slow, so it is left for doubtful cases.
        if (SmallestSingularValue() > tolerance * Math.Sqrt(size))
        {
            return Solve(rhs);
        }

        // MathNet stores columns: given the rows, it sees the transpose, Rᵀ = U·S·Vᵀ.
        var svd = Matrix<double>.Build.Dense(size, size, values).Svd();
        double limit = tolerance * svd.S[0];
        rank = svd.S.Count(s => s > limit);
        var projected = svd.VT.Multiply(Vector<double>.Build.Dense(rhs));
        for (int i = 0; i < size; i++)
        {
            projected[i] = i < rank ? projected[i] / svd.S[i] : 0;
        }

        return svd.U.Multiply(projected).AsArray();
    }

    private double[] Solve(double[] rhs)
    {
        var x = (double[])rhs.Clone();
        for (int i = size - 1; i >= 0; i--)
        {
            x[i] = (x[i] - Doubles.Dot(RightOfDiagonal(i), x.AsSpan(i + 1))) / values[(i * size) + i];
        }

        return x;
    }

    private double[] SolveTransposed(double[] rhs)
    {
        var x = (double[])rhs.Clone();
        for (int i = 0; i < size; i++)
        {
            x[i] /= values[(i * size) + i];
            Doubles.AddScaled(-x[i], RightOfDiagonal(i), x.AsSpan(i + 1));
        }

        return x;
    }

    /// <summary>An upper bound of the smallest singular value, close to it, by inverse iteration on RᵀR.</summary>
    private double SmallestSingularValue()
    {
        if (size == 0)
        {
            return double.PositiveInfinity;
        }

        var x = new double[size];
        for (int i = 0; i < size; i++)
        {
            if (values[(i * size) + i] == 0)
            {
                return 0;
            }

            // Some start that no symmetry of the data makes orthogonal to the direction looked for.
            x[i] = 1 + (0.5 * (i % 7));
        }

        double growth = 1;
        for (int k = 0; k < PowerIterations; k++)
        {
            double norm = Math.Sqrt(Doubles.Dot(x, x));
            x = Solve(SolveTransposed(Array.ConvertAll(x, value => value / norm)));
            growth = Math.Sqrt(Doubles.Dot(x, x));
            if (!double.IsFinite(growth))
            {
                return 0;
            }
        }

        return 1 / Math.Sqrt(growth);
    }

    private ReadOnlySpan<double> RightOfDiagonal(int row) => values.AsSpan((row * size) + row + 1, size - row - 1);
}
