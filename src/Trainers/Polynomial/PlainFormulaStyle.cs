namespace MLNet.GradientTrainers;

/// <summary>A formula as a line of text.</summary>
/// <param name="names">A name for each feature, on one line.</param>
internal sealed class PlainFormulaStyle(IReadOnlyList<string> names) : FormulaStyle
{
    private readonly string[] _names = [.. names.Select(Bracketed)];
    private readonly string[] _scaled = FeatureNames.Scaled(names);

    public override string TimesFactors => "·";

    public override string Times => "·";

    public override string ChebyshevDefinition => "Tk+1(t) = 2·t·Tk(t) - Tk-1(t), T1(t) = t, T0(t) = 1";

    /// <summary>Names that are not plain stand in brackets.</summary>
    public static string Bracketed(string name) => name.All(c => char.IsLetterOrDigit(c) || c == '_') && !char.IsDigit(name[0]) ? name : $"[{name}]";

    public override string Feature(int feature) => _names[feature];

    public override string Scaled(int feature) => _scaled[feature];

    public override string Power(string factor, int power) => $"{factor}^{power}";

    public override string Chebyshev(string factor, int degree) => $"T{degree}({factor})";

    public override string Quotient(string dividend, string divisor) => $"{(dividend.Contains(' ') ? $"({dividend})" : dividend)} / {divisor}";

    public override string Where(IEnumerable<string> definitions) => ", where " + string.Join(", ", definitions);

    protected override string Number(string text) => text.Replace("E-0", "e-").Replace("E+0", "e+").Replace('E', 'e');
}
