using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>
/// A linear axis from data to pixels, with ticks at 1, 2 or 5 times a power of ten, after P. Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
/// </summary>
internal sealed class AxisScale : IScale
{
    private readonly double _step;
    private readonly double _start;
    private readonly double _end;

    /// <summary>Makes a scale that shows all of a range.</summary>
    /// <param name="minimum">Smallest value; finite.</param>
    /// <param name="maximum">Largest value; finite, may equal the smallest.</param>
    /// <param name="start">Pixel of the low end.</param>
    /// <param name="end">Pixel of the high end; below <paramref name="start"/> for an axis that points up.</param>
    /// <param name="ticks">About how many ticks.</param>
    /// <param name="widen">Whether the ends are moved outwards to the next tick.</param>
    public AxisScale(double minimum, double maximum, double start, double end, int ticks, bool widen)
    {
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum) || minimum > maximum)
        {
            throw new ArgumentOutOfRangeException(nameof(minimum), $"An axis cannot run from {minimum} to {maximum}.");
        }

        if (maximum - minimum <= Math.Abs(maximum) * 1e-12)
        {
            double margin = maximum == 0 ? 1 : Math.Abs(maximum) / 2;
            (minimum, maximum) = (minimum - margin, maximum + margin);
        }

        _step = NiceStep((maximum - minimum) / Math.Max(1, ticks));
        Minimum = widen ? Math.Floor((minimum / _step) + 1e-9) * _step : minimum;
        Maximum = widen ? Math.Ceiling((maximum / _step) - 1e-9) * _step : maximum;
        (_start, _end) = (start, end);
    }

    public double Minimum { get; }

    public double Maximum { get; }

    public IEnumerable<(double Value, string Label)> Ticks
    {
        get
        {
            long first = (long)Math.Ceiling((Minimum / _step) - 1e-9);
            long last = (long)Math.Floor((Maximum / _step) + 1e-9);
            for (long i = first; i <= last; i++)
            {
                yield return (i * _step, Label(i * _step));
            }
        }
    }

    public double Pixel(double value) => _start + ((value - Minimum) / (Maximum - Minimum) * (_end - _start));

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double fraction = rough / power;
        return power * (fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10);
    }

    private string Label(double value)
    {
        double largest = Math.Max(Math.Abs(Minimum), Math.Abs(Maximum));
        if (largest >= 1e6 || largest < 1e-3)
        {
            return value == 0 ? "0" : value.ToString("0.##e0", CultureInfo.InvariantCulture);
        }

        int decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(_step) - 1e-9));
        return value.ToString("N" + decimals, CultureInfo.InvariantCulture);
    }
}
