using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>
/// Degree and penalty, chosen by the errors of rows left out (<see cref="LeaveOneOut"/>): of each degree the mean of several penalties (<see cref="WeightedFits"/>);
/// of the degrees the lowest that is at most one standard error worse than the best (L. Breiman et al., "Classification and regression trees", 1984).
/// </summary>
internal sealed class PolynomialChoice
{
    /// <summary>Strengths tried: none, and four each power of ten.</summary>
    public static readonly double[] Strengths = [0, .. Enumerable.Range(-40, 61).Select(k => Math.Pow(10, k / 4.0))];

    private readonly PolynomialDesign _design;
    private readonly WeightedFits _fits;
    private readonly int _lowest;

    private PolynomialChoice(PolynomialDesign design, int lowest, PolynomialTerms terms, WeightedFits fits)
    {
        (_design, _fits) = (design, fits);
        Terms = terms;
        _lowest = lowest;
    }

    /// <summary>The terms of the degree chosen.</summary>
    public PolynomialTerms Terms { get; }

    /// <summary>The strength of the penalty; NaN where several penalties are averaged.</summary>
    public double Strength => _fits.Strength;

    /// <summary>The mean squared error of rows left out.</summary>
    public double Error => _fits.Error;

    /// <summary>Coefficients beside the constant, and how many of them the rows alone determine.</summary>
    public (int Used, int Rank) Determined => (_fits.Used, _fits.Rank);

    /// <summary>That of a constant.</summary>
    public double ConstantError => _fits.ConstantError;

    /// <summary>Chooses degree and penalty.</summary>
    /// <param name="design">The rows, and the terms of the highest degree.</param>
    /// <param name="lowest">The lowest degree.</param>
    /// <param name="token">Cancels.</param>
    public static PolynomialChoice Make(PolynomialDesign design, int lowest, CancellationToken token)
    {
        var squares = design.Decompose(token);
        double[][] penalties = Array.ConvertAll(PolynomialPenalty.Growths, growth => PolynomialPenalty.Growing(design, squares, growth));

        // Terms of degree 1 know no growth.
        return Make(design, lowest, (degree, columns) => WeightedFits.Mean(
            [.. penalties.Take(degree == 1 ? 1 : penalties.Length).Select(some => LeaveOneOut.Measure(design, squares, columns, some, Strengths, token))]));
    }

    /// <summary>Chooses the degree, for one penalty.</summary>
    /// <param name="design">The rows, and the terms of the highest degree.</param>
    /// <param name="lowest">The lowest degree.</param>
    /// <param name="penalize">Gives the penalty of each column for strength 1.</param>
    /// <param name="strength">The strength.</param>
    /// <param name="token">Cancels.</param>
    public static PolynomialChoice Make(PolynomialDesign design, int lowest, Func<PolynomialDesign, LeastSquares, double[]> penalize, double strength, CancellationToken token)
    {
        var squares = design.Decompose(token);
        double[] penalties = penalize(design, squares);
        return Make(design, lowest, (_, columns) => WeightedFits.Of(LeaveOneOut.Measure(design, squares, columns, penalties, [strength], token)));
    }

    private static PolynomialChoice Make(PolynomialDesign design, int lowest, Func<int, int, WeightedFits> fit)
    {
        var all = design.Basis.Terms;
        var choices = new List<PolynomialChoice>();
        for (int degree = lowest; degree <= all.Degree; degree++)
        {
            var terms = new PolynomialTerms(all.Features, degree, all.InteractionOnly);
            choices.Add(new PolynomialChoice(design, lowest, terms, fit(degree, terms.Count - 1 + design.Intercepts)));
        }

        var best = choices.MinBy(choice => choice.Error)!;
        return choices.Find(choice => choice == best || choice._fits.IsAsGoodAs(best._fits))!;
    }

    /// <summary>The polynomial chosen: a basis of Chebyshev polynomials, and the coefficient of each term.</summary>
    public (PolynomialBasis Basis, double[] Weights) Solve()
    {
        double[] centres = _design.Basis.Centres.ToArray();
        double[] halfWidths = _design.Basis.HalfWidths.ToArray();
        var fitted = new PolynomialBasis(Terms, centres, halfWidths, powers: true);
        double[] weights = PolynomialDesign.WithConstant(_fits.Solution, PolynomialDesign.Origin(fitted, _design.Intercepts == 1), 1 - _design.Intercepts);
        return (new PolynomialBasis(Terms, centres, halfWidths), fitted.ToChebyshev(weights));
    }

    /// <summary>For the log: what was chosen, as options that give the same polynomial, and why.</summary>
    /// <param name="degree">Whether the degree was left open.</param>
    /// <param name="ridge">Whether the strength was.</param>
    public string Describe(bool degree, bool ridge)
    {
        string[] chosen =
        [
            .. degree ? [string.Create(CultureInfo.InvariantCulture, $"{nameof(PolynomialTrainer.Options.Degree)} = {Terms.Degree}")] : Array.Empty<string>(),
            .. ridge && !double.IsNaN(Strength) ? [string.Create(CultureInfo.InvariantCulture, $"{nameof(PolynomialTrainer.Options.Ridge)} = {Strength:R}")] : Array.Empty<string>(),
        ];
        string averaged = double.IsNaN(Strength) ? $"The fits with {_fits.Count} penalties are averaged, as where {nameof(PolynomialTrainer.Options.Ridge)} is null. " : "";
        string tried = _design.Basis.Terms.Degree > _lowest ? $" Degrees {_lowest} to {_design.Basis.Terms.Degree} were tried." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(chosen.Length > 0 ? $"Chosen: {string.Join(", ", chosen)}. " : "")}{averaged}Rows left out of the fit, each once, have an RMSE of {Math.Sqrt(Error):G6}, with a constant {Math.Sqrt(ConstantError):G6}.{tried}");
    }
}
