using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>A curve in a terminal, with the ends of both axes labelled.</summary>
internal static class BrailleChart
{
    private const int Columns = 64;
    private const int Rows = 8;

    /// <summary>Lines of text.</summary>
    /// <param name="points">Points from left to right, at least one; those that are not finite are left out.</param>
    /// <param name="unit">What is counted along the horizontal axis, for its label.</param>
    public static IEnumerable<string> Lines(IEnumerable<(double X, double Y)> points, string unit)
    {
        var finite = points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToArray();
        if (finite.Length == 0)
        {
            yield break;
        }

        double high = finite.Max(p => p.Y);
        double low = Math.Min(0, finite.Min(p => p.Y));
        double right = finite.Max(p => p.X);
        double left = Math.Min(0, finite.Min(p => p.X));
        var pattern = new BraillePattern(Columns, Rows);
        Draw(pattern, finite.Select(p => (Dot(p.X, left, right, pattern.Width), Dot(high + low - p.Y, low, high, pattern.Height))));

        string[] lines = [.. pattern.Lines];
        for (int i = 0; i < lines.Length; i++)
        {
            string label = i == 0 ? Number(high) : i == lines.Length - 1 ? Number(low) : "";
            yield return $"{label,8} │{lines[i]}";
        }

        string end = string.Create(CultureInfo.InvariantCulture, $"{right:#,0.##} {unit}");
        yield return $"{"",8} └{new string('─', Columns)}";
        yield return $"{"",10}{left.ToString("#,0.##", CultureInfo.InvariantCulture)}{end.PadLeft(Columns - 1)}";
    }

    private static void Draw(BraillePattern pattern, IEnumerable<(int X, int Y)> dots)
    {
        (int X, int Y)? last = null;
        foreach (var (x, y) in dots)
        {
            var (fromX, fromY) = last ?? (x, y);
            int steps = Math.Max(1, Math.Max(Math.Abs(x - fromX), Math.Abs(y - fromY)));
            for (int i = 0; i <= steps; i++)
            {
                pattern.Set(fromX + ((x - fromX) * i / steps), fromY + ((y - fromY) * i / steps));
            }

            last = (x, y);
        }
    }

    private static int Dot(double value, double low, double high, int dots) =>
        high > low ? Math.Clamp((int)Math.Round((value - low) / (high - low) * (dots - 1)), 0, dots - 1) : dots / 2;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
