namespace MLNet.GradientTrainers;

/// <summary>
/// Linear least squares min ‖A·θ − y‖ by QR. Rows come in blocks and are turned at once into the triangle R and Qᵀ·y by Householder reflections, so that memory does not
/// grow with the rows and no normal equations square the condition.
/// </summary>
/// <remarks>
/// Sequential accumulation: C. Lawson, R. Hanson, "Solving least squares problems", 1974, chapter 27. A. Householder, "Unitary triangularization of a nonsymmetric
/// matrix", 1958. Own code, because MathNet.Numerics, which solves the doubtful cases and is the tests' measure, takes 15 times as long for the QR of 165 columns, fed by
/// the same blocks.
/// </remarks>
internal sealed class LeastSquares
{
    private readonly int _columns;
    private readonly int _size;

    // Row-major, upper triangular: the last column is Qᵀy, the last element the root of the sum of squared residuals.
    private readonly double[] _triangle;

    /// <param name="columns">Columns of A.</param>
    public LeastSquares(int columns)
    {
        _columns = columns;
        _size = columns + 1;
        _triangle = new double[_size * _size];
    }

    /// <summary>The sum of squared residuals of the solution of full rank, penalties included.</summary>
    public double SumOfSquares => _triangle[^1] * _triangle[^1];

    /// <summary>An element of the triangle, on its diagonal or above; of the last column, Qᵀy.</summary>
    public double this[int row, int column] => _triangle[(row * _size) + column];

    /// <summary>Adds rows.</summary>
    /// <param name="block">Column-major, rows × (columns + 1); the last column is y. Its content is lost.</param>
    /// <param name="rows">Number of rows.</param>
    public void Add(Span<double> block, int rows)
    {
        for (int k = 0; k < _size; k++)
        {
            var column = block.Slice(k * rows, rows);
            ref double diagonal = ref _triangle[(k * _size) + k];
            double norm = Math.Sqrt((diagonal * diagonal) + Doubles.Dot(column, column));
            if (norm == 0)
            {
                continue;
            }

            double target = diagonal > 0 ? -norm : norm;
            double head = diagonal - target;
            double scale = -target * head;
            diagonal = target;
            for (int j = k + 1; j < _size; j++)
            {
                var other = block.Slice(j * rows, rows);
                ref double element = ref _triangle[(k * _size) + j];
                double factor = -((head * element) + Doubles.Dot(column, other)) / scale;
                element += factor * head;
                Doubles.AddScaled(factor, column, other);
            }
        }
    }

    /// <summary>Adds a penalty for each column: its weight · θ².</summary>
    public void Penalize(ReadOnlySpan<double> weights, CancellationToken token = default)
    {
        for (int j = 0; j < _columns; j++)
        {
            token.ThrowIfCancellationRequested();
            if (weights[j] > 0)
            {
                var row = new double[_size];
                row[j] = Math.Sqrt(weights[j]);
                Add(row, 1);
            }
        }
    }

    /// <summary>
    /// The solution; where columns depend on each other, that of smallest norm, once each column is scaled to norm 1. Columns of zeros get 0.
    /// </summary>
    /// <param name="tolerance">Directions whose singular value is less than this share of the largest count as undetermined.</param>
    /// <param name="used">Columns that are not all zero.</param>
    /// <param name="rank">Directions among them that are determined.</param>
    public double[] Solve(double tolerance, out int used, out int rank)
    {
        int[] indices = [.. Enumerable.Range(0, _columns).Where(j => Norm(j) > 0)];
        int n = used = indices.Length;
        double[] norms = Array.ConvertAll(indices, j => Norm(j));
        var r = new double[n * n];
        var rhs = new double[n];
        for (int i = 0; i < n; i++)
        {
            rhs[i] = _triangle[(indices[i] * _size) + _columns];
            for (int j = i; j < n; j++)
            {
                r[(i * n) + j] = _triangle[(indices[i] * _size) + indices[j]] / norms[j];
            }
        }

        double[] solution = new UpperTriangle(r, n).SolveLeastNorm(rhs, tolerance, out rank);
        var result = new double[_columns];
        for (int i = 0; i < n; i++)
        {
            result[indices[i]] = solution[i] / norms[i];
        }

        return result;
    }

    /// <summary>The norm of a column of A, or of what is left of it outside of the span of the first ones.</summary>
    public double Norm(int column, int without = 0)
    {
        double sum = 0;
        for (int i = without; i <= column; i++)
        {
            sum += _triangle[(i * _size) + column] * _triangle[(i * _size) + column];
        }

        return Math.Sqrt(sum);
    }
}
