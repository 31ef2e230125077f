using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>
/// A polynomial in the plainest notation whose value, computed in double, stays within a tolerance of the scores anywhere in the training range. The bound of the error counts
/// terms that are left out, digits that are cut, and the roundings of the change of notation and of a sum whose terms may cancel.
/// </summary>
internal sealed class PolynomialForm
{
    /// <summary>What the text for people may be off by, as a share of the scores' range.</summary>
    private const double TextShare = 1e-4;

    /// <summary>A width that is more than two digits by a smaller part of the second is taken for less.</summary>
    private const double HardlyMore = 0.2;

    /// <summary>Half the distance of neighbouring doubles, relatively.</summary>
    private const double DoublePrecision = 1.2e-16;

    /// <summary>Bounds the error of rounding; NaN or infinite where a coefficient is beyond what a double holds.</summary>
    private readonly double _roundings;

    private PolynomialForm(PolynomialNotation notation, IReadOnlyList<double> centres, IReadOnlyList<double> widths, IReadOnlyList<WrittenTerm> terms, double roundings)
    {
        (Notation, Centres, Widths, Terms) = (notation, centres, widths, terms);
        _roundings = roundings;
    }

    public PolynomialNotation Notation { get; }

    /// <summary>What is taken from each feature before it is scaled; not for <see cref="PolynomialNotation.Powers"/>.</summary>
    public IReadOnlyList<double> Centres { get; }

    /// <summary>What each feature is then divided by; not for <see cref="PolynomialNotation.Powers"/>.</summary>
    public IReadOnlyList<double> Widths { get; }

    /// <summary>The terms that are not 0.</summary>
    public IReadOnlyList<WrittenTerm> Terms { get; }

    /// <summary>The features in the terms with their largest powers, by ascending index.</summary>
    public IEnumerable<PolynomialFactor> Features =>
        Terms.SelectMany(term => term.Factors).GroupBy(factor => factor.Feature, factor => factor.Power).OrderBy(group => group.Key).Select(group => new PolynomialFactor(group.Key, group.Max()));

    /// <summary>For people: six digits, or more where they matter. Terms that a Single does not resolve beside the others are left out.</summary>
    public static PolynomialForm ForText(PolynomialModelParameters model)
    {
        double tolerance = model.Range.Tolerance(TextShare) / 4;
        double[] weights = WithoutNoise(model, tolerance);
        foreach (var (notation, digits) in new[] { (PolynomialNotation.Powers, 8), (PolynomialNotation.ScaledPowers, 12) })
        {
            var form = Of(model, weights, notation);
            if (form._roundings <= tolerance && form.Rounded(2 * tolerance) is var rounded && rounded.Terms.All(term => term.Digits <= digits))
            {
                return rounded;
            }
        }

        return Of(model, weights, PolynomialNotation.Chebyshev).Rounded(2 * tolerance);
    }

    /// <summary>For programs: all terms and all digits, and no error that shows in a Single.</summary>
    /// <param name="model">The polynomial.</param>
    /// <param name="scaled">Whether features are scaled even where their own powers would do.</param>
    public static PolynomialForm ForCode(PolynomialModelParameters model, bool scaled)
    {
        double tolerance = model.Range.Tolerance(TrainingRange.SinglePrecision);
        for (var notation = scaled ? PolynomialNotation.ScaledPowers : PolynomialNotation.Powers; notation < PolynomialNotation.Chebyshev; notation++)
        {
            var form = Of(model, model.Weights, notation);
            if (form._roundings <= tolerance)
            {
                return form;
            }
        }

        return Of(model, model.Weights, PolynomialNotation.Chebyshev);
    }

    private static PolynomialForm Of(PolynomialModelParameters model, ReadOnlySpan<double> weights, PolynomialNotation notation)
    {
        var basis = model.Basis;
        var (centres, widths) = Scale(model, notation);
        double[] coefficients = notation == PolynomialNotation.Chebyshev ? weights.ToArray() : basis.ToPowers(weights, centres, widths);
        double[] magnitudes = notation == PolynomialNotation.Chebyshev ? coefficients : basis.MagnitudesOfPowers(weights, centres, widths);
        var terms = new List<WrittenTerm>();
        double magnitude = 0;
        foreach (var (i, factors, reach) in Reaches(model, notation, centres, widths))
        {
            magnitude += Math.Abs(magnitudes[i]) * reach;
            if (coefficients[i] != 0)
            {
                terms.Add(new WrittenTerm(factors, coefficients[i], reach, WrittenTerm.AllDigits));
            }
        }

        // Those that a coefficient and a product go through, about six a degree, and those of the sum.
        double roundings = (6 * model.Degree) + (2 * coefficients.Length);
        return new PolynomialForm(notation, centres, widths, terms, roundings * DoublePrecision * magnitude);
    }

    /// <summary>
    /// The weights less those that come from the rounding of Singles: written as powers far from 0, they would become large terms that cancel.
    /// </summary>
    private static double[] WithoutNoise(PolynomialModelParameters model, double tolerance)
    {
        double[] weights = model.Weights.ToArray();
        var (centres, widths) = Scale(model, PolynomialNotation.Chebyshev);
        double[] contributions = [.. Reaches(model, PolynomialNotation.Chebyshev, centres, widths).Select(term => term.Reach * Math.Abs(weights[term.Index]))];
        double limit = Math.Min(TrainingRange.SinglePrecision * contributions.Max(), tolerance / weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = contributions[i] > limit ? weights[i] : 0;
        }

        return weights;
    }

    /// <summary>Centre and width of each feature; widths of 0 are 1, as no term has such a feature.</summary>
    private static (double[] Centres, double[] Widths) Scale(PolynomialModelParameters model, PolynomialNotation notation)
    {
        double[] centres = model.Basis.Centres.ToArray();
        double[] widths = model.Basis.HalfWidths.ToArray();
        for (int j = 0; j < centres.Length; j++)
        {
            if (notation == PolynomialNotation.Powers || widths[j] == 0)
            {
                (centres[j], widths[j]) = (0, 1);
            }
            else if (notation == PolynomialNotation.ScaledPowers)
            {
                (centres[j], widths[j]) = Plain(model.Range.Lowest[j], model.Range.Highest[j], centres[j], widths[j]);
            }
        }

        return (centres, widths);
    }

    /// <summary>Centre and width of a training range to two digits of the width: easier to read than the exact ones, and as good.</summary>
    private static (double Centre, double Width) Plain(double lowest, double highest, double centre, double width)
    {
        if (highest > lowest)
        {
            (centre, width) = ((lowest / 2) + (highest / 2), (highest / 2) - (lowest / 2));
        }

        int exponent = (int)Math.Floor(Math.Log10(width)) - 1;
        double unit = Math.Pow(10, exponent);
        return (Decimal(Math.Round(centre / unit)), Decimal(Math.Ceiling((width / unit) - HardlyMore)));

        // By way of text, so that it is the very number that is read there.
        double Decimal(double digits) => double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits:F0}e{exponent}"), CultureInfo.InvariantCulture);
    }

    /// <summary>Each term's factors, and the largest absolute value of their product in the training range.</summary>
    private static IEnumerable<(int Index, PolynomialFactor[] Factors, double Reach)> Reaches(
        PolynomialModelParameters model, PolynomialNotation notation, double[] centres, double[] widths)
    {
        var range = model.Range;
        double[] distances = [.. centres.Select((centre, j) => Math.Max(Math.Abs(range.Lowest[j] - centre), Math.Abs(range.Highest[j] - centre)) / widths[j])];
        for (int i = 0; i < model.Basis.Terms.Count; i++)
        {
            PolynomialFactor[] factors = model.Basis.Terms.PowersOf(i);
            yield return (i, factors, factors.Aggregate(1.0, (product, factor) => product * Largest(distances[factor.Feature], factor.Power)));
        }

        double Largest(double distance, int power) =>
            notation != PolynomialNotation.Chebyshev ? Math.Pow(distance, power) : distance <= 1 ? 1 : Math.Cosh(power * Math.Acosh(distance));
    }

    /// <summary>The form with only those terms and digits that matter.</summary>
    private PolynomialForm Rounded(double tolerance)
    {
        double each = tolerance / Math.Max(1, Terms.Count);
        double limit = Math.Min(each, TrainingRange.SinglePrecision * Terms.Select(term => term.Contribution).DefaultIfEmpty().Max());
        return new PolynomialForm(Notation, Centres, Widths, [.. Terms.Where(term => term.Contribution > limit).Select(term => term.Rounded(each))], _roundings);
    }
}
