using MLNet.GradientTrainers.Samples.Figures;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Curves and dots in a terminal, with the ends of both axes labelled.</summary>
internal static class BrailleChart
{
    /// <summary>What stands beside the plot: the labels and the axis.</summary>
    private const int Margin = 10;
    private const int PlotRows = 12;

    /// <summary>Up to so many points have room to be drawn larger than a dot.</summary>
    private const int FewPoints = 30;

    /// <summary>Several series in lines of Spectre.Console's markup, each dot in the colour of the last series that has it.</summary>
    /// <param name="series">The series, later ones over earlier ones, with colours that Spectre.Console knows; no lines come of no points.</param>
    /// <param name="unit">What lies on the horizontal axis, for its label.</param>
    /// <param name="terminalWidth">Characters of a line of the terminal; the plot takes what it can use.</param>
    /// <param name="logarithmicX">Whether the horizontal axis is logarithmic; points that are not above 0 are left out.</param>
    /// <param name="logarithmicY">Whether the vertical axis is logarithmic; points that are not above 0 are left out.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<Series> series, string unit, int terminalWidth, bool logarithmicX = false, bool logarithmicY = false)
    {
        int columns = Math.Clamp(terminalWidth - Margin - 6, 20, 100);
        Series[] mapped = [.. series.Select(s => s with { Points = [.. s.Points.Select(p => (Mapped(p.X, logarithmicX), Mapped(p.Y, logarithmicY)))] })];
        var all = mapped.SelectMany(s => s.Points).Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToArray();
        return all.Length == 0 ? [] : Plot(mapped, unit, columns, PlotRows, new Window(all) { LogarithmicX = logarithmicX, LogarithmicY = logarithmicY });
    }

    private static double Mapped(double value, bool logarithmic) => logarithmic ? Math.Log10(value) : value;

    private static IEnumerable<string> Plot(IReadOnlyList<Series> series, string unit, int columns, int rows, Window window)
    {
        var pattern = new BraillePattern(columns, rows);
        for (int i = 0; i < series.Count; i++)
        {
            var dots = series[i].Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).Select(p => window.Dot(p, pattern));
            bool joined = series[i].Style != SeriesStyle.Points;
            Draw(pattern, joined || series[i].Points.Count > FewPoints ? dots : dots.SelectMany(dot => Diamond(dot, pattern)), joined, layer: i);
        }

        string[] lines = [.. pattern.Markup([.. series.Select(s => s.Color)])];
        int width = Math.Max(Margin - 2, Math.Max(window.HighLabel.Length, window.LowLabel.Length));
        for (int i = 0; i < lines.Length; i++)
        {
            string label = i == 0 ? window.HighLabel : i == lines.Length - 1 ? window.LowLabel : "";
            yield return $"{label.PadLeft(width)} │{lines[i]}";
        }

        string start = window.LeftLabel;
        string left = new(' ', width + 1);
        yield return $"{left}└{new string('─', columns)}";
        yield return Spectre.Console.Markup.Escape($"{left} {start}{$"{window.RightLabel} {unit}".PadLeft(columns - start.Length)}");
    }

    private static IEnumerable<(int X, int Y)> Diamond((int X, int Y) dot, BraillePattern pattern) =>
        new (int X, int Y)[] { dot, (dot.X - 1, dot.Y), (dot.X + 1, dot.Y), (dot.X, dot.Y - 1), (dot.X, dot.Y + 1) }
            .Where(d => d.X >= 0 && d.X < pattern.Width && d.Y >= 0 && d.Y < pattern.Height);

    private static void Draw(BraillePattern pattern, IEnumerable<(int X, int Y)> dots, bool joined, int layer)
    {
        (int X, int Y)? last = null;
        foreach (var (x, y) in dots)
        {
            var (fromX, fromY) = joined && last is { } previous ? previous : (x, y);
            int steps = Math.Max(1, Math.Max(Math.Abs(x - fromX), Math.Abs(y - fromY)));
            for (int i = 0; i <= steps; i++)
            {
                pattern.Set(fromX + ((x - fromX) * i / steps), fromY + ((y - fromY) * i / steps), layer);
            }

            last = (x, y);
        }
    }

    /// <summary>The rectangle that is shown; of a logarithmic axis, the logarithms.</summary>
    private sealed class Window(IReadOnlyList<(double X, double Y)> points)
    {
        private readonly double _left = points.Min(p => p.X);
        private readonly double _right = points.Max(p => p.X);
        private readonly double _low = points.Min(p => p.Y);
        private readonly double _high = points.Max(p => p.Y);

        public bool LogarithmicX { get; init; }

        public bool LogarithmicY { get; init; }

        public string LeftLabel => Label(_left, LogarithmicX);

        public string RightLabel => Label(_right, LogarithmicX);

        public string LowLabel => Label(_low, LogarithmicY);

        public string HighLabel => Label(_high, LogarithmicY);

        public (int X, int Y) Dot((double X, double Y) point, BraillePattern pattern) =>
            (Position(point.X, _left, _right, pattern.Width), Position(_high + _low - point.Y, _low, _high, pattern.Height));

        private static string Label(double value, bool logarithmic) => Format.Number(logarithmic ? Math.Pow(10, value) : value, 4);

        private static int Position(double value, double low, double high, int dots) =>
            high > low ? Math.Clamp((int)Math.Round((value - low) / (high - low) * (dots - 1)), 0, dots - 1) : dots / 2;
    }
}
