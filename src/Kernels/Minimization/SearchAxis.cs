using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The values of one variable that a search may try: From, From + Step, … up to To.</summary>
public readonly record struct SearchAxis
{
    /// <summary>A spacing that misses To by less than this share of a step still counts To.</summary>
    private const double Slack = 1e-9;

    /// <summary>Creates an axis.</summary>
    /// <param name="from">The first value.</param>
    /// <param name="to">The last value, if a whole number of steps leads to it; at least <paramref name="from"/>.</param>
    /// <param name="step">The distance of neighbours, above 0.</param>
    /// <exception cref="ArgumentException">A number is not finite or out of its range, or there are more values than an array holds.</exception>
    public SearchAxis(double from, double to, double step)
    {
        double count = Math.Floor(((to - from) / step) + Slack) + 1;
        if (!(step > 0) || !(to >= from) || !double.IsFinite(from) || !double.IsFinite(to) || !(count <= Array.MaxLength))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"There is no search from {from} to {to} in steps of {step}: the numbers must be finite, the end not before the start, the step above 0 and not tiny."));
        }

        From = from;
        To = to;
        Step = step;
        Count = (int)count;
    }

    /// <summary>The first value.</summary>
    public double From { get; }

    /// <summary>The end of the range.</summary>
    public double To { get; }

    /// <summary>The distance of neighbours.</summary>
    public double Step { get; }

    /// <summary>Number of values.</summary>
    public int Count { get; }

    /// <summary>The value of an index in [0, <see cref="Count"/>).</summary>
    public double this[int index] => (uint)index < (uint)Count
        ? Math.Min(From + (index * Step), To)
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"The axis has {Count} values, counted from 0.");
}
