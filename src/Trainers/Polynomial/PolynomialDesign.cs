namespace MLNet.GradientTrainers;

/// <summary>
/// The rows as those of a least-squares problem: a column for each term of the basis, made when it is read; rows are multiplied by the root of their weight. Without intercept the constant's
/// column is left out, and the others are shifted to 0 where all features are 0. Powers of a feature of two values, which say nothing that the feature does not, are 0.
/// </summary>
internal sealed class PolynomialDesign
{
    /// <summary>Rows that are turned into columns of the basis at a time.</summary>
    private const int BlockRows = 256;

    private readonly PolynomialRows _rows;
    private readonly int _first;
    private readonly double[] _origin;
    private readonly int[] _redundant;
    private readonly double[] _features;
    private readonly double[] _scratch;
    private readonly double[] _values;

    /// <param name="basis">The terms.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="fitIntercept">False for a polynomial that is 0 where all features are 0.</param>
    public PolynomialDesign(PolynomialBasis basis, PolynomialRows rows, bool fitIntercept)
    {
        Basis = basis;
        Intercepts = fitIntercept ? 1 : 0;
        _rows = rows;
        _first = 1 - Intercepts;
        _origin = Origin(basis, fitIntercept);
        _redundant = basis.Terms.LargestPower == 1 ? [] : Redundant(basis.Terms, rows.HasTwoValues(fitIntercept));
        _features = new double[rows.Width];
        _scratch = new double[basis.ScratchSize];
        _values = new double[basis.Terms.Count];
    }

    public PolynomialBasis Basis { get; }

    /// <summary>1 where the first column is the constant's, else 0.</summary>
    public int Intercepts { get; }

    /// <summary>Number of columns.</summary>
    public int Columns => Basis.Terms.Count - _first;

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>Sum of the rows' weights.</summary>
    public double Weight => _rows.Weight;

    /// <summary>The basis where all features are 0, which columns without intercept are shifted by; zeros with intercept.</summary>
    public static double[] Origin(PolynomialBasis basis, bool fitIntercept)
    {
        var origin = new double[basis.Terms.Count];
        if (!fitIntercept)
        {
            basis.Evaluate(new double[basis.Terms.Features], new double[basis.ScratchSize], origin);
        }

        return origin;
    }

    /// <summary>One row; for one thread.</summary>
    /// <param name="row">Which one.</param>
    /// <param name="values">Receives the columns and, behind them, the label.</param>
    /// <returns>The row's weight.</returns>
    public double Read(int row, Span<double> values)
    {
        _rows.Read(row, _features);
        Basis.Evaluate(_features, _scratch, _values);
        double weight = _rows.WeightOf(row);
        double root = Math.Sqrt(weight);
        int columns = Columns;
        for (int k = 0; k < columns; k++)
        {
            values[k] = root * (_values[_first + k] - _origin[_first + k]);
        }

        foreach (int term in _redundant)
        {
            values[term - _first] = 0;
        }

        values[columns] = root * _rows.Label(row);
        return weight;
    }

    /// <summary>The terms with a higher power of one of these features.</summary>
    private static int[] Redundant(PolynomialTerms terms, bool[] features)
    {
        var redundant = new bool[terms.Count];
        for (int term = 1; term < redundant.Length; term++)
        {
            redundant[term] = redundant[terms.Prefixes[term]] || (terms.Powers[term] > 1 && features[terms.Lasts[term]]);
        }

        return [.. Enumerable.Range(0, terms.Count).Where(term => redundant[term])];
    }

    /// <summary>All rows' triangle.</summary>
    public LeastSquares Decompose(CancellationToken token)
    {
        int size = Columns + 1;
        var squares = new LeastSquares(Columns);
        var row = new double[size];
        var block = new double[BlockRows * size];
        for (int start = 0; start < Count; start += BlockRows)
        {
            token.ThrowIfCancellationRequested();
            int count = Math.Min(BlockRows, Count - start);
            for (int i = 0; i < count; i++)
            {
                Read(start + i, row);
                for (int k = 0; k < size; k++)
                {
                    block[(k * count) + i] = row[k];
                }
            }

            squares.Add(block.AsSpan(0, count * size), count);
        }

        return squares;
    }

    /// <summary>The coefficients of the basis' terms, from those of the columns: the shifts become the constant.</summary>
    public double[] Coefficients(ReadOnlySpan<double> solution) => WithConstant(solution, _origin, _first);

    /// <inheritdoc cref="Coefficients"/>
    public static double[] WithConstant(ReadOnlySpan<double> solution, double[] origin, int first)
    {
        var weights = new double[origin.Length];
        solution.CopyTo(weights.AsSpan(first));
        if (first == 1)
        {
            weights[0] = -Doubles.Dot(weights.AsSpan(1), origin.AsSpan(1));
        }

        return weights;
    }
}
