namespace MLNet.GradientTrainers;

/// <summary>A polynomial in closed form: min Σw·(error)² + Σpₖ·θₖ².</summary>
/// <param name="Weights">The coefficient of each term of the basis.</param>
/// <param name="Used">Coefficients solved for: those of terms that are not 0 in all rows.</param>
/// <param name="Rank">How many of them rows and penalties determine; the others are such that the norm is smallest.</param>
internal readonly record struct PolynomialLeastSquares(double[] Weights, int Used, int Rank)
{
    /// <summary>
    /// Features and label are Singles: what makes less difference than the last bit of a Single is rounding, and no coefficient can be had from it.
    /// </summary>
    private const double Tolerance = 1.2e-7;

    /// <param name="design">The terms and rows.</param>
    /// <param name="squares">Their triangle, which takes in the penalties.</param>
    /// <param name="penalties">pₖ for each column; none is 0.</param>
    /// <param name="token">Cancels the fit.</param>
    public static PolynomialLeastSquares Solve(PolynomialDesign design, LeastSquares squares, ReadOnlySpan<double> penalties, CancellationToken token)
    {
        squares.Penalize(penalties, token);
        double[] solution = squares.Solve(Tolerance, out int used, out int rank);
        return new PolynomialLeastSquares(design.Coefficients(solution), used, rank);
    }
}
