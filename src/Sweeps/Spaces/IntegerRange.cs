using System.Globalization;
using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Whole numbers in [minimum, maximum], both included; values are <see cref="int"/>.</summary>
public sealed record IntegerRange : SearchParameter
{
    /// <summary>Creates a range.</summary>
    /// <param name="name">The name.</param>
    /// <param name="minimum">At least 1 on a log scale.</param>
    /// <param name="maximum">At least the minimum.</param>
    /// <param name="logScale">Whether factors count alike, as of widths, and not differences.</param>
    /// <exception cref="ArgumentException">The bounds are none.</exception>
    public IntegerRange(string name, int minimum, int maximum, bool logScale = false)
        : base(name)
    {
        if (minimum > maximum || (logScale && minimum < 1))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The range of '{name}' is [{minimum}, {maximum}], but the minimum must be at most the maximum{(logScale ? ", and at least 1 on a log scale" : "")}."));
        }

        (Minimum, Maximum, LogScale) = (minimum, maximum, logScale);
    }

    /// <summary>The smallest value.</summary>
    public int Minimum { get; }

    /// <summary>The largest value.</summary>
    public int Maximum { get; }

    /// <summary>Whether factors count alike.</summary>
    public bool LogScale { get; }

    /// <summary>Number of values.</summary>
    internal long Count => (long)Maximum - Minimum + 1;

    // Each number owns the half on either side of it, so that the ends are as likely as the others.
    private double Low => Minimum - 0.5;

    private double High => Maximum + 0.5;

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"integer [{Minimum}, {Maximum}]{(LogScale ? " log" : "")}");

    /// <summary>The place of a value in (0, 1): the middle of its part.</summary>
    internal double ToUnit(double value) => LogScale ? Math.Log(value / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);

    internal override object FromUnit(double unit) => (int)Math.Clamp(
        Math.Round(LogScale ? Low * Math.Exp(unit * Math.Log(High / Low)) : Low + (unit * (High - Low)), MidpointRounding.AwayFromZero), Minimum, Maximum);

    internal override bool Contains(object value) => value is int number && number >= Minimum && number <= Maximum;

    internal override IReadOnlyList<object> Grid(int steps)
    {
        if (Count <= steps)
        {
            return [.. Enumerable.Range(0, (int)Count).Select(i => (object)(Minimum + i))];
        }

        var ends = new RealRange(Name, Minimum, Maximum, LogScale);
        return [.. ends.Grid(steps).Select(value => (object)(int)Math.Round((double)value)).Distinct()];
    }

    internal override object Read(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int value) && Contains(value)
        ? value
        : throw new InvalidDataException($"{json.GetRawText()} is no value of '{Name}', {Describe()}.");
}
