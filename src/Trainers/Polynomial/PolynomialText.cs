using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>Polynomials for people: a formula, and LaTeX.</summary>
internal static class PolynomialText
{
    /// <summary>Half the distance of neighbouring Singles, relatively.</summary>
    private const double SinglePrecision = 6e-8;

    /// <summary>For example x1^2·x2; 1 without factors. Names that are not plain stand in brackets.</summary>
    public static string TermName(IReadOnlyList<PolynomialFactor> factors, IReadOnlyList<string> names) =>
        factors.Count == 0 ? "1" : string.Join('·', factors.Select(f => Bracketed(names[f.Feature]) + (f.Power > 1 ? $"^{f.Power}" : "")));

    public static string Formula(PolynomialModelParameters model) =>
        Sum(model, Number, term => term.Name, "·");

    public static string Latex(PolynomialModelParameters model) =>
        Sum(model, LatexNumber, term => string.Join(' ', term.Factors.Select(f => LatexName(model.FeatureNames[f.Feature], f.Feature) + (f.Power > 1 ? $"^{{{f.Power}}}" : ""))), @"\,");

    private static string Sum(PolynomialModelParameters model, Func<double, string> number, Func<PolynomialTerm, string> name, string times)
    {
        var text = new StringBuilder("y = ");
        bool first = true;
        foreach (var term in Visible(model))
        {
            double magnitude = Math.Abs(term.Coefficient);
            text.Append(first ? (term.Coefficient < 0 ? "-" : "") : (term.Coefficient < 0 ? " - " : " + "));
            first = false;
            string factor = number(magnitude);
            text.Append(term.Factors.Count == 0 ? factor : factor == "1" ? name(term) : factor + times + name(term));
        }

        return first ? "y = 0" : text.ToString().ReplaceLineEndings(" ");
    }

    /// <summary>Terms whose largest contribution in the training range is visible beside the largest of all.</summary>
    private static IEnumerable<PolynomialTerm> Visible(PolynomialModelParameters model)
    {
        double[] reach = new double[model.FeatureNames.Count];
        for (int j = 0; j < reach.Length; j++)
        {
            reach[j] = Math.Abs(model.Basis.Centres[j]) + model.Basis.HalfWidths[j];
        }

        double Contribution(PolynomialTerm term) => Math.Abs(term.Coefficient) * term.Factors.Aggregate(1.0, (product, f) => product * Math.Pow(reach[f.Feature], f.Power));
        double largest = model.Coefficients.Max(Contribution);
        return model.Coefficients.Where(term => Contribution(term) > SinglePrecision * largest);
    }

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture).Replace("E-0", "e-").Replace("E+0", "e+").Replace('E', 'e');

    private static string LatexNumber(double value)
    {
        string[] parts = value.ToString("G6", CultureInfo.InvariantCulture).Split('E');
        return parts.Length == 1 ? parts[0] : $@"{parts[0]} \times 10^{{{int.Parse(parts[1], CultureInfo.InvariantCulture)}}}";
    }

    private static string Bracketed(string name) => name.All(c => char.IsLetterOrDigit(c) || c == '_') && !char.IsDigit(name[0]) ? name : $"[{name}]";

    private static string LatexName(string name, int feature)
    {
        if (name == $"x{feature + 1}")
        {
            return $"x_{{{feature + 1}}}";
        }

        var text = new StringBuilder();
        foreach (char c in name)
        {
            text.Append(c switch
            {
                ' ' => @"\ ",
                '\\' => @"\backslash ",
                '^' => @"{\wedge}",
                '~' => @"{\sim}",
                '_' or '%' or '$' or '#' or '&' or '{' or '}' => $@"\{c}",
                _ => c.ToString(),
            });
        }

        return name.Length == 1 && char.IsLetter(name[0]) ? name : $@"\mathrm{{{text}}}";
    }
}
