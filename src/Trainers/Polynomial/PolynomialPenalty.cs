namespace MLNet.GradientTrainers;

/// <summary>What a penalty of strength 1 takes a coefficient's square times, beside the mean of the squared errors.</summary>
internal static class PolynomialPenalty
{
    /// <summary>Factors for each degree above 1 of the penalties that are averaged: those of one strength for all terms, as usual, and of terms that have to earn their place the more the higher.</summary>
    public static readonly double[] Growths = [1, 5, 25];

    /// <summary>Higher degrees count as this one: a factor beyond what a double resolves would only forbid them.</summary>
    private const int LargestDegree = 5;

    /// <summary>A column that deviates from its mean by less than this share is constant but for rounding, as the square of a feature that is −1 or 1 is, and has no deviation to go by.</summary>
    private const double Rounding = 1.2e-7;

    /// <summary>1 for each column but the constant's: that of <see cref="PolynomialTrainer.Options"/>.L2Regularization, twice.</summary>
    public static double[] Plain(PolynomialDesign design)
    {
        var penalties = new double[design.Columns];
        penalties.AsSpan(design.Intercepts).Fill(1);
        return penalties;
    }

    /// <summary>That of <see cref="PolynomialTrainer.Options.Ridge"/> where it is given: times 9 for each degree above 1 and 3 for each further feature.</summary>
    public static double[] Ridge(PolynomialDesign design, LeastSquares squares) => Growing(design, squares, growth: 9);

    /// <summary>The column's variance, so that units do not count, times a factor for each degree above 1 and its root for each further feature.</summary>
    public static double[] Growing(PolynomialDesign design, LeastSquares squares, double growth)
    {
        var terms = design.Basis.Terms;
        var penalties = new double[design.Columns];
        for (int k = design.Intercepts; k < penalties.Length; k++)
        {
            var factors = terms.PowersOf(k + 1 - design.Intercepts);
            int degree = Math.Min(LargestDegree, factors.Sum(factor => factor.Power));
            int features = Math.Min(LargestDegree, factors.Length);
            double norm = squares.Norm(k, without: design.Intercepts);
            double whole = squares.Norm(k);
            norm = norm > Rounding * whole ? norm : whole;
            penalties[k] = Math.Pow(growth, degree - 1) * Math.Pow(growth, (features - 1) / 2.0) * norm * norm / design.Weight;
        }

        return penalties;
    }
}
