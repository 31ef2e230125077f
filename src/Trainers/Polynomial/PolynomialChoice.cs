using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>
/// Degree and strength of the penalty, chosen by the errors of rows left out (<see cref="LeaveOneOut"/>): of each degree the best strength; of the degrees the lowest that is at most one
/// standard error worse than the best (L. Breiman et al., "Classification and regression trees", 1984).
/// </summary>
internal sealed class PolynomialChoice
{
    /// <summary>Strengths tried: none, and eight each power of ten.</summary>
    public static readonly double[] Strengths = [0, .. Enumerable.Range(-80, 121).Select(k => Math.Pow(10, k / 8.0))];

    /// <summary>
    /// Of strengths whose errors differ by less than this many standard errors the largest: powers and products run away outside of the rows, where a plane does not.
    /// </summary>
    private const double AsGood = 0.1;

    private readonly PolynomialDesign _design;
    private readonly LeastSquares _squares;
    private readonly double[] _penalties;
    private readonly LeaveOneOut _measure;
    private readonly int _lowest;

    private PolynomialChoice(PolynomialDesign design, LeastSquares squares, double[] penalties, int lowest, PolynomialTerms terms, LeaveOneOut measure)
    {
        (_design, _squares, _penalties, _measure) = (design, squares, penalties, measure);
        Terms = terms;
        _lowest = lowest;
    }

    /// <summary>The terms of the degree chosen.</summary>
    public PolynomialTerms Terms { get; }

    /// <summary>The strength chosen.</summary>
    public double Strength => _measure.Strength;

    /// <summary>The mean squared error of rows left out.</summary>
    public double Error => _measure.Error;

    /// <summary>Coefficients beside the constant, and how many of them the rows alone determine.</summary>
    public (int Used, int Rank) Determined => (_measure.Used, _measure.Rank);

    /// <summary>That of a constant.</summary>
    public double ConstantError => _measure.ConstantError;

    /// <param name="design">The rows, and the terms of the highest degree.</param>
    /// <param name="lowest">The lowest degree.</param>
    /// <param name="penalize">Gives the penalty of each column for strength 1.</param>
    /// <param name="strengths">Strengths to choose from, ascending.</param>
    /// <param name="token">Cancels.</param>
    public static PolynomialChoice Make(
        PolynomialDesign design, int lowest, Func<PolynomialDesign, LeastSquares, double[]> penalize, double[] strengths, CancellationToken token)
    {
        var squares = design.Decompose(token);
        double[] penalties = penalize(design, squares);
        var all = design.Basis.Terms;
        var choices = new List<PolynomialChoice>();
        for (int degree = lowest; degree <= all.Degree; degree++)
        {
            var terms = new PolynomialTerms(all.Features, degree, all.InteractionOnly);
            var measure = LeaveOneOut.Measure(design, squares, ColumnsOf(terms), penalties, strengths, degree == 1 ? 0 : AsGood, token);
            choices.Add(new PolynomialChoice(design, squares, penalties, lowest, terms, measure));
        }

        var best = choices.MinBy(choice => choice.Error)!;
        return choices.Find(choice => choice == best || choice._measure.IsAsGoodAs(best._measure))!;

        int ColumnsOf(PolynomialTerms terms) => terms.Count - 1 + design.Intercepts;
    }

    /// <summary>The polynomial chosen, in its basis.</summary>
    public (PolynomialBasis Basis, PolynomialLeastSquares Solution) Solve(bool fitIntercept, PolynomialRows rows, CancellationToken token)
    {
        var basis = new PolynomialBasis(Terms, _design.Basis.Centres.ToArray(), _design.Basis.HalfWidths.ToArray());
        var design = new PolynomialDesign(basis, rows, fitIntercept);
        double[] penalties = Array.ConvertAll(_penalties[..design.Columns], penalty => penalty * Strength * design.Weight);
        return (basis, PolynomialLeastSquares.Solve(design, _squares.Leading(design.Columns), penalties, token));
    }

    /// <summary>For the log: what was chosen, as options that give the same polynomial, and why.</summary>
    /// <param name="degree">Whether the degree was left open.</param>
    /// <param name="ridge">Whether the strength was.</param>
    public string Describe(bool degree, bool ridge)
    {
        string[] chosen =
        [
            .. degree ? [string.Create(CultureInfo.InvariantCulture, $"{nameof(PolynomialTrainer.Options.Degree)} = {Terms.Degree}")] : Array.Empty<string>(),
            .. ridge ? [string.Create(CultureInfo.InvariantCulture, $"{nameof(PolynomialTrainer.Options.Ridge)} = {Strength:R}")] : Array.Empty<string>(),
        ];
        string tried = _design.Basis.Terms.Degree > _lowest ? $" Degrees {_lowest} to {_design.Basis.Terms.Degree} were tried." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(chosen.Length > 0 ? $"Chosen: {string.Join(", ", chosen)}. " : "")}Rows left out of the fit, each once, have an RMSE of {Math.Sqrt(Error):G6}, with a constant {Math.Sqrt(ConstantError):G6}.{tried}");
    }
}
