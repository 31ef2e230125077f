using System.Globalization;
using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Real numbers in [minimum, maximum]; values are <see cref="double"/>.</summary>
public sealed record RealRange : SearchParameter
{
    /// <summary>Creates a range.</summary>
    /// <param name="name">The name.</param>
    /// <param name="minimum">Finite; above 0 on a log scale.</param>
    /// <param name="maximum">Finite, at least the minimum.</param>
    /// <param name="logScale">Whether factors count alike, as of learning rates, and not differences.</param>
    /// <exception cref="ArgumentException">The bounds are none.</exception>
    public RealRange(string name, double minimum, double maximum, bool logScale = false)
        : base(name)
    {
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum) || minimum > maximum || (logScale && minimum <= 0))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The range of '{name}' is [{minimum}, {maximum}], but it must be finite, the minimum at most the maximum{(logScale ? ", and above 0 on a log scale" : "")}."));
        }

        (Minimum, Maximum, LogScale) = (minimum, maximum, logScale);
    }

    /// <summary>The smallest value.</summary>
    public double Minimum { get; }

    /// <summary>The largest value.</summary>
    public double Maximum { get; }

    /// <summary>Whether factors count alike.</summary>
    public bool LogScale { get; }

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"real [{Minimum:R}, {Maximum:R}]{(LogScale ? " log" : "")}");

    /// <summary>The place of a value in [0, 1].</summary>
    internal double ToUnit(double value) => Maximum == Minimum ? 0.5 : LogScale
        ? Math.Log(value / Minimum) / Math.Log(Maximum / Minimum)
        : (value - Minimum) / (Maximum - Minimum);

    internal override object FromUnit(double unit) => Math.Clamp(
        LogScale ? Minimum * Math.Exp(unit * Math.Log(Maximum / Minimum)) : Minimum + (unit * (Maximum - Minimum)), Minimum, Maximum);

    internal override bool Contains(object value) => value is double number && number >= Minimum && number <= Maximum;

    internal override IReadOnlyList<object> Grid(int steps) => Minimum == Maximum ? [Minimum] : steps == 1
        ? [FromUnit(0.5)]
        : [.. Enumerable.Range(0, steps).Select(i => i == steps - 1 ? Maximum : FromUnit(i / (steps - 1.0))).Distinct()];

    internal override object Read(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out double value) && Contains(value)
        ? value
        : throw new InvalidDataException($"{json.GetRawText()} is no value of '{Name}', {Describe()}.");
}
