using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>A formula in LaTeX's mathematics.</summary>
/// <param name="names">A name for each feature, on one line.</param>
internal sealed class LatexFormulaStyle(IReadOnlyList<string> names) : FormulaStyle
{
    private readonly string[] _scaled = FeatureNames.Scaled(names);

    public override string TimesFactors => @"\,";

    public override string Times => @" \cdot ";

    public override string ChebyshevDefinition => @"T_{k+1}(t) = 2 t T_{k}(t) - T_{k-1}(t),\quad T_{1}(t) = t,\quad T_{0}(t) = 1";

    public override string Feature(int feature)
    {
        string name = names[feature];
        if (name == $"x{feature + 1}")
        {
            return $"x_{{{feature + 1}}}";
        }

        return name.Length == 1 && char.IsLetter(name[0]) ? name : $@"\mathrm{{{Escaped(name)}}}";
    }

    public override string Scaled(int feature) => $"t_{{{Escaped(_scaled[feature][1..])}}}";

    public override string Power(string factor, int power) => $"{factor}^{{{power}}}";

    public override string Chebyshev(string factor, int degree) => $"T_{{{degree}}}({factor})";

    public override string Quotient(string dividend, string divisor) => $@"\frac{{{dividend}}}{{{divisor}}}";

    public override string Where(IEnumerable<string> definitions) => @",\quad " + string.Join(@",\quad ", definitions);

    protected override string Number(string text)
    {
        string[] parts = text.Split('E');
        return parts.Length == 1 ? parts[0] : $@"{parts[0]} \times 10^{{{int.Parse(parts[1], CultureInfo.InvariantCulture)}}}";
    }

    private static string Escaped(string name)
    {
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

        return text.ToString();
    }
}
