using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>Polynomials as program text: sums of products of doubles, in the part of the language that C# and C share.</summary>
internal static class PolynomialCode
{
    private static readonly HashSet<string> Reserved =
    [
        "abstract", "as", "auto", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do", "double",
        "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "inline", "int", "interface",
        "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref",
        "register", "restrict", "return", "sbyte", "sealed", "short", "signed", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try",
        "typedef", "typeof", "uint", "ulong", "unchecked", "union", "unsafe", "unsigned", "ushort", "using", "virtual", "void", "volatile", "while",
    ];

    public static string CSharp(PolynomialModelParameters model, bool scaled) => Function(model, scaled, "public static double Predict");

    public static string C(PolynomialModelParameters model, bool scaled) => Function(model, scaled, "double predict");

    private static string Function(PolynomialModelParameters model, bool scaled, string head)
    {
        string[] names = Identifiers(model.FeatureNames);
        string[] factors = scaled ? Array.ConvertAll(Enumerable.Range(1, names.Length).ToArray(), i => Unused($"t{i}", names)) : names;
        var text = new StringBuilder();
        text.Append("// ").Append(model.ToString().ReplaceLineEndings(" ")).Append('\n');
        text.Append(head).Append('(').AppendJoin(", ", names.Select(name => $"double {name}")).Append(")\n{\n");
        IReadOnlyList<PolynomialTerm> terms = scaled ? model.ScaledTerms() : model.Coefficients;
        if (scaled)
        {
            for (int j = 0; j < names.Length; j++)
            {
                if (model.Basis.HalfWidths[j] > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"    double {factors[j]} = ({names[j]} - {Literal(model.Basis.Centres[j])}) / {Literal(model.Basis.HalfWidths[j])};\n");
                }
            }
        }

        text.Append("    return ");
        bool first = true;
        foreach (var term in terms.Where(term => term.Coefficient != 0))
        {
            text.Append(first ? (term.Coefficient < 0 ? "-" : "") : (term.Coefficient < 0 ? "\n        - " : "\n        + "));
            text.Append(Literal(Math.Abs(term.Coefficient)));
            foreach (var factor in term.Factors)
            {
                for (int k = 0; k < factor.Power; k++)
                {
                    text.Append(" * ").Append(factors[factor.Feature]);
                }
            }

            first = false;
        }

        return text.Append(first ? "0.0" : "").Append(";\n}\n").ToString();
    }

    /// <summary>All digits, and a point or exponent, without which it would be an integer.</summary>
    private static string Literal(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        string number = text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
        return value < 0 ? $"({number})" : number;
    }

    /// <summary>The names with what identifiers can't have replaced by underscores; unlike each other.</summary>
    private static string[] Identifiers(IReadOnlyList<string> names)
    {
        var used = new List<string>();
        foreach (string name in names)
        {
            string plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            used.Add(Unused(char.IsAsciiDigit(plain[0]) ? "_" + plain : plain, used));
        }

        return [.. used];
    }

    private static string Unused(string name, IReadOnlyList<string> used)
    {
        string candidate = name;
        for (int i = 2; used.Contains(candidate) || Reserved.Contains(candidate); i++)
        {
            candidate = $"{name}_{i}";
        }

        return candidate;
    }
}
