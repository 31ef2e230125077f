using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>A logarithmic axis from whole powers of ten to whole powers of ten, with at most <paramref name="ticks"/> + 1 ticks.</summary>
/// <param name="minimum">Smallest value; finite, above 0.</param>
/// <param name="maximum">Largest value; finite, at least the smallest.</param>
/// <param name="start">Pixel of the low end.</param>
/// <param name="end">Pixel of the high end; below <paramref name="start"/> for an axis that points up.</param>
/// <param name="ticks">About how many ticks.</param>
internal sealed class LogScale(double minimum, double maximum, double start, double end, int ticks) : IScale
{
    private readonly int _first = minimum > 0 && double.IsFinite(maximum) && maximum >= minimum
        ? (int)Math.Floor(Math.Log10(minimum) + 1e-9)
        : throw new ArgumentOutOfRangeException(nameof(minimum), $"A logarithmic axis cannot run from {minimum} to {maximum}.");

    public double Minimum => Math.Pow(10, _first);

    public double Maximum => Math.Pow(10, Last);

    public IEnumerable<(double Value, string Label)> Ticks
    {
        get
        {
            int step = Math.Max(1, (int)Math.Ceiling((Last - _first) / (double)ticks));
            for (int power = _first; power <= Last; power += step)
            {
                double value = Math.Pow(10, power);
                yield return (value, Label(value, power));
            }
        }
    }

    private int Last => Math.Max(_first + 1, (int)Math.Ceiling(Math.Log10(maximum) - 1e-9));

    public double Pixel(double value) => start + ((Math.Log10(value) - _first) / (Last - _first) * (end - start));

    private static string Label(double value, int power) =>
        power is >= -3 and <= 5 ? value.ToString(power < 0 ? "F" + -power : "N0", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"1e{power}");
}
