using System.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Polynomials for people: a formula, and LaTeX.</summary>
internal static class PolynomialText
{
    /// <summary>For example x1^2·x2; 1 without factors. Names that are not plain stand in brackets.</summary>
    public static string TermName(IReadOnlyList<PolynomialFactor> factors, IReadOnlyList<string> names) =>
        factors.Count == 0 ? "1" : string.Join('·', factors.Select(f => PlainFormulaStyle.Bracketed(names[f.Feature]) + (f.Power > 1 ? $"^{f.Power}" : "")));

    public static string Formula(PolynomialModelParameters model) => Write(PolynomialForm.ForText(model), new PlainFormulaStyle(Shown(model.FeatureNames)));

    public static string Latex(PolynomialModelParameters model) => Write(PolynomialForm.ForText(model), new LatexFormulaStyle(Shown(model.FeatureNames)));

    private static string Write(PolynomialForm form, FormulaStyle style)
    {
        var text = new StringBuilder("y = ");
        bool first = true;
        foreach (var term in form.Terms)
        {
            text.Append(first ? (term.Coefficient < 0 ? "-" : "") : (term.Coefficient < 0 ? " - " : " + "));
            string number = style.Number(Math.Abs(term.Coefficient), term.Digits);
            string factors = string.Join(style.Times, term.Factors.Select(factor => Factor(form.Notation, style, factor)));
            text.Append(factors == "" ? number : number == "1" ? factors : number + style.TimesFactors + factors);
            first = false;
        }

        string[] definitions = [.. Definitions(form, style)];
        return text.Append(first ? "0" : "").Append(definitions.Length == 0 ? "" : style.Where(definitions)).ToString();
    }

    private static string Factor(PolynomialNotation notation, FormulaStyle style, PolynomialFactor factor)
    {
        string name = notation == PolynomialNotation.Powers ? style.Feature(factor.Feature) : style.Scaled(factor.Feature);
        return factor.Power == 1 ? name : notation == PolynomialNotation.Chebyshev ? style.Chebyshev(name, factor.Power) : style.Power(name, factor.Power);
    }

    /// <summary>The scaled features that the terms have, and what Chebyshev polynomials are where there are any.</summary>
    private static IEnumerable<string> Definitions(PolynomialForm form, FormulaStyle style)
    {
        if (form.Notation == PolynomialNotation.Powers)
        {
            yield break;
        }

        foreach (var (feature, _) in form.Features)
        {
            double centre = form.Centres[feature];
            string name = style.Feature(feature);
            string shifted = centre == 0 ? name : $"{name} {(centre < 0 ? '+' : '-')} {style.Number(Math.Abs(centre))}";
            yield return $"{style.Scaled(feature)} = {(form.Widths[feature] == 1 ? shifted : style.Quotient(shifted, style.Number(form.Widths[feature])))}";
        }

        if (form.Notation == PolynomialNotation.Chebyshev && form.Features.Any(factor => factor.Power > 1))
        {
            yield return style.ChebyshevDefinition;
        }
    }

    /// <summary>The features' names on one line, cut where they are long; where that leaves two the same, x1, x2, ….</summary>
    private static string[] Shown(IReadOnlyList<string> names)
    {
        string[] shown = [.. names.Select(name => Excerpt.Name(name))];
        var twice = shown.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        return [.. shown.Select((name, i) => twice.Contains(name) ? FeatureNames.Unused($"x{i + 1}", shown) : name)];
    }
}
