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

    /// <summary>Characters of a parameter's name; longer ones are cut.</summary>
    private const int LongestName = 40;

    public static string CSharp(PolynomialModelParameters model, bool scaled) => Function(model, scaled, "public static double Predict");

    public static string C(PolynomialModelParameters model, bool scaled) => Function(model, scaled, "double predict");

    private static string Function(PolynomialModelParameters model, bool scaled, string head)
    {
        string[] names = Identifiers(model.FeatureNames);
        var form = PolynomialForm.ForCode(model, scaled);
        var text = new StringBuilder();
        text.Append("// ").Append(model).Append('\n');
        text.Append(head).Append('(').AppendJoin(", ", names.Select(name => $"double {name}")).Append(")\n{\n");
        Func<PolynomialFactor, string> factor = form.Notation == PolynomialNotation.Powers
            ? factor => string.Join(" * ", Enumerable.Repeat(names[factor.Feature], factor.Power))
            : Scaled(form, names, text);

        text.Append("    return ");
        bool first = true;
        foreach (var term in form.Terms)
        {
            text.Append(first ? (term.Coefficient < 0 ? "-" : "") : (term.Coefficient < 0 ? "\n        - " : "\n        + "));
            text.AppendJoin(" * ", term.Factors.Select(factor).Prepend(Literal(Math.Abs(term.Coefficient))));
            first = false;
        }

        return text.Append(first ? "0.0" : "").Append(";\n}\n").ToString();
    }

    /// <summary>Declares the scaled features and their Chebyshev polynomials where the form has any; gives the product that stands for a factor.</summary>
    private static Func<PolynomialFactor, string> Scaled(PolynomialForm form, string[] names, StringBuilder text)
    {
        string[] scaled = FeatureNames.Scaled(names);
        bool chebyshev = form.Notation == PolynomialNotation.Chebyshev;
        var used = new HashSet<string>([.. names, .. scaled]);
        var declared = new Dictionary<PolynomialFactor, string>();
        foreach (var (feature, largest) in form.Features)
        {
            string t = scaled[feature];
            text.Append(CultureInfo.InvariantCulture, $"    double {t} = ({names[feature]} - {Literal(form.Centres[feature])}) / {Literal(form.Widths[feature])};\n");
            for (int k = 2; chebyshev && k <= largest; k++)
            {
                string name = FeatureNames.Unused($"{t}_T{k}", used.Contains);
                string before = k == 2 ? "1.0" : Product(new PolynomialFactor(feature, k - 2));
                text.Append(CultureInfo.InvariantCulture, $"    double {name} = 2.0 * {t} * {Product(new PolynomialFactor(feature, k - 1))} - {before};\n");
                used.Add(declared[new PolynomialFactor(feature, k)] = name);
            }
        }

        return Product;

        string Product(PolynomialFactor factor) => declared.TryGetValue(factor, out string? name) ? name : string.Join(" * ", Enumerable.Repeat(scaled[factor.Feature], factor.Power));
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
        var used = new HashSet<string>();
        return [.. names.Select(name => Identifier(name, used))];
    }

    private static string Identifier(string name, HashSet<string> used)
    {
        string plain = string.Concat(name.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        bool kept = plain is ['_', '_' or (>= 'A' and <= 'Z'), ..];
        string identifier = FeatureNames.Unused(char.IsAsciiDigit(plain[0]) ? "_" + plain : kept ? "x" + plain : plain, candidate => used.Contains(candidate) || Reserved.Contains(candidate));
        used.Add(identifier);
        return identifier;
    }
}
