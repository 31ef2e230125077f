using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Rates as messages name them: easy to type, and no less safe than what was found.</summary>
internal static class ReadableRate
{
    /// <summary>A smaller part of a rate is rounding.</summary>
    private const double Rounding = 1e-6;

    /// <summary>Two significant digits, rounded down.</summary>
    /// <param name="rate">A rate above 0.</param>
    public static double Down(double rate)
    {
        double nearest = TwoDigits(rate);
        return nearest <= rate * (1 + Rounding) ? nearest : TwoDigits(nearest - Math.Pow(10, Math.Floor(Math.Log10(rate)) - 1));
    }

    private static double TwoDigits(double rate) => double.Parse(rate.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
