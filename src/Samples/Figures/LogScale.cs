using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>A logarithmic axis from data to pixels, with ticks at powers of ten.</summary>
internal sealed class LogScale : IScale
{
    private readonly double _start;
    private readonly double _end;
    private readonly int _ticks;

    /// <summary>Makes a scale that shows all of a range.</summary>
    /// <param name="minimum">Smallest value; finite, above 0.</param>
    /// <param name="maximum">Largest value; finite, above the smallest.</param>
    /// <param name="start">Pixel of the low end.</param>
    /// <param name="end">Pixel of the high end; below <paramref name="start"/> for an axis that points up.</param>
    /// <param name="ticks">About how many ticks.</param>
    /// <param name="widen">Whether the ends are moved outwards to 1, 2 or 5 times a power of ten.</param>
    public LogScale(double minimum, double maximum, double start, double end, int ticks, bool widen)
    {
        if (!(minimum > 0) || !(maximum > minimum) || !double.IsFinite(maximum))
        {
            throw new ArgumentOutOfRangeException(nameof(minimum), $"A logarithmic axis cannot run from {minimum} to {maximum}.");
        }

        Minimum = widen ? Below(minimum) : minimum;
        Maximum = widen ? 1 / Below(1 / maximum) : maximum;
        (_start, _end, _ticks) = (start, end, ticks);
    }

    public double Minimum { get; }

    public double Maximum { get; }

    public IEnumerable<(double Value, string Label)> Ticks
    {
        get
        {
            int first = (int)Math.Ceiling(Math.Log10(Minimum) - 1e-9);
            int last = (int)Math.Floor(Math.Log10(Maximum) + 1e-9);
            int step = Math.Max(1, (int)Math.Ceiling((last - first) / (double)_ticks));
            for (int power = first; power <= last; power += step)
            {
                double value = Math.Pow(10, power);
                yield return (value, Label(value, power));
            }
        }
    }

    public double Pixel(double value) => _start + (Math.Log(value / Minimum) / Math.Log(Maximum / Minimum) * (_end - _start));

    private static double Below(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9));
        double fraction = (value / power) + 1e-9;
        return power * (fraction >= 5 ? 5 : fraction >= 2 ? 2 : 1);
    }

    private static string Label(double value, int power) =>
        power is >= -3 and <= 4 ? value.ToString(power < 0 ? "F" + -power : "N0", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"1e{power}");
}
