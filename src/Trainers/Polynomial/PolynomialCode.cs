using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>Polynomials as program text: sums of products of doubles, in the part of the language that C# and C share.</summary>
internal static class PolynomialCode
{
    /// <summary>Keywords of C#, C and C++, and the names that C's compilers define.</summary>
    private static readonly HashSet<string> Reserved =
    [
        "abstract", "alignas", "alignof", "and", "and_eq", "as", "asm", "auto", "base", "bitand", "bitor", "bool", "break", "byte", "case", "catch", "char", "char16_t",
        "char32_t", "char8_t", "checked", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
        "continue", "decimal", "decltype", "default", "delegate", "delete", "do", "double", "dynamic_cast", "else", "enum", "event", "explicit", "export", "extern",
        "false", "finally", "fixed", "float", "for", "foreach", "friend", "goto", "i386", "if", "implicit", "in", "inline", "int", "interface", "internal", "is", "linux",
        "lock", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "null", "nullptr", "object", "operator", "or", "or_eq", "out", "override", "params",
        "private", "protected", "public", "readonly", "ref", "register", "reinterpret_cast", "requires", "restrict", "return", "sbyte", "sealed", "short", "signed",
        "sizeof", "stackalloc", "static", "static_assert", "static_cast", "string", "struct", "switch", "template", "this", "thread_local", "throw", "true", "try",
        "typedef", "typeid", "typename", "typeof", "typeof_unqual", "uint", "ulong", "unchecked", "union", "unix", "unsafe", "unsigned", "ushort", "using", "virtual",
        "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
    ];

    public static string CSharp(PolynomialModelParameters model, bool scaled) => Function(model, scaled, "public static double Predict");

    public static string C(PolynomialModelParameters model, bool scaled) => Function(model, scaled, "double predict");

    private static string Function(PolynomialModelParameters model, bool scaled, string head)
    {
        string[] names = Identifiers(model.FeatureNames);
        string[] factors = scaled ? Array.ConvertAll(Enumerable.Range(1, names.Length).ToArray(), i => Unused($"t{i}", names)) : names;
        var text = new StringBuilder();
        text.Append("// ").Append(model).Append('\n');
        text.Append(head).Append('(').AppendJoin(", ", names.Select(name => $"double {name}")).Append(")\n{\n");
        IReadOnlyList<PolynomialTerm> terms = scaled ? model.ScaledTerms() : model.Coefficients;
        if (terms.FirstOrDefault(term => !double.IsFinite(term.Coefficient)) is { } beyond)
        {
            throw new InvalidOperationException($"The coefficient of '{beyond.Name}' is beyond what a double holds, because the features are so small. Export the polynomial with scaledInputs: true.");
        }

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

    /// <summary>
    /// The names with what identifiers can't have replaced by underscores; unlike each other. C keeps names for itself that begin with an underscore and a capital or two
    /// underscores.
    /// </summary>
    private static string[] Identifiers(IReadOnlyList<string> names)
    {
        var used = new List<string>();
        foreach (string name in names)
        {
            string plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            bool kept = plain is ['_', '_' or (>= 'A' and <= 'Z'), ..];
            used.Add(Unused(char.IsAsciiDigit(plain[0]) ? "_" + plain : kept ? "x" + plain : plain, used));
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
