namespace MLNet.GradientTrainers;

/// <summary>Fits a polynomial in closed form.</summary>
internal static class PolynomialLeastSquares
{
    /// <summary>Rows that are turned into columns of the basis at a time.</summary>
    private const int BlockRows = 256;

    /// <summary>
    /// Features and label are Singles: what makes less difference than the last bit of a Single is rounding, and no coefficient can be had from it.
    /// </summary>
    private const double Tolerance = 1.2e-7;

    /// <param name="basis">The terms.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="fitIntercept">False for a polynomial that is 0 where all features are 0.</param>
    /// <param name="penalty">Factor of Σθ² beside the weighted sum of squared errors.</param>
    /// <param name="token">Cancels the fit.</param>
    /// <param name="used">Coefficients solved for: those of terms that are not 0 in all rows.</param>
    /// <param name="rank">How many of them the rows determine; the others are such that the norm is smallest.</param>
    /// <returns>The coefficient of each term of the basis.</returns>
    public static double[] Solve(PolynomialBasis basis, PolynomialRows rows, bool fitIntercept, double penalty, CancellationToken token, out int used, out int rank)
    {
        int terms = basis.Terms.Count;
        int first = fitIntercept ? 0 : 1;
        int columns = terms - first;
        var features = new double[rows.Width];
        var scratch = new double[basis.ScratchSize];
        var values = new double[terms];
        double[] origin = Origin(basis, fitIntercept);
        var squares = new LeastSquares(columns);
        var block = new double[BlockRows * (columns + 1)];
        for (int start = 0; start < rows.Count; start += BlockRows)
        {
            token.ThrowIfCancellationRequested();
            int count = Math.Min(BlockRows, rows.Count - start);
            for (int i = 0; i < count; i++)
            {
                rows.Read(start + i, features);
                basis.Evaluate(features, scratch, values);
                double root = Math.Sqrt(rows.WeightOf(start + i));
                for (int k = 0; k < columns; k++)
                {
                    block[(k * count) + i] = root * (values[first + k] - origin[first + k]);
                }

                block[(columns * count) + i] = root * rows.Label(start + i);
            }

            squares.Add(block.AsSpan(0, count * (columns + 1)), count);
        }

        if (penalty > 0)
        {
            squares.Penalize(1 - first, penalty, token);
        }

        double[] solution = squares.Solve(Tolerance, out used, out rank);
        return WithConstant(solution, origin, first);
    }

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

    /// <summary>The coefficients of all terms, from those of the shifted columns: the shifts become the constant.</summary>
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
