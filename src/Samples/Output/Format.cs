using System.Globalization;
using System.Text.Json.Nodes;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Numbers as text, whatever the culture of the machine, and as JSON.</summary>
internal static class Format
{
    /// <summary>A text with numbers.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number with so many significant digits: plain where it is of ordinary size, with a power of ten where it is not.</summary>
    public static string Number(double value, int digits = 6)
    {
        double size = Math.Abs(value);
        if (!double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        if (size != 0 && (size < 1e-4 || size >= 1e9))
        {
            return value.ToString("0." + new string('#', digits - 1) + "e0", CultureInfo.InvariantCulture);
        }

        int power = size == 0 ? 0 : (int)Math.Floor(Math.Log10(size));
        return value.ToString("#,0." + new string('#', Math.Max(0, digits - 1 - power)), CultureInfo.InvariantCulture);
    }

    /// <summary>A number of things: <c>1 epoch</c>, <c>12,000 epochs</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="one">The word for one of them, which takes an s.</param>
    public static string Count(long count, string one) => Text($"{count:N0} {one}{(count == 1 ? "" : "s")}");

    /// <summary>Whether a number is 1, 2 or 5 times a power of ten: the rows of long tables.</summary>
    public static bool IsRound(int number) => number > 0 && number / Math.Pow(10, Math.Floor(Math.Log10(number))) is 1 or 2 or 5;

    /// <summary>A number, or null for what JSON cannot hold: infinity where a result has overflowed.</summary>
    public static JsonNode? Json(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>An array of numbers.</summary>
    public static JsonArray Array(IEnumerable<double> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
