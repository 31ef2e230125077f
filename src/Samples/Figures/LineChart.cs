namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>A chart of one or more curves over a common axis.</summary>
/// <param name="Title">First line.</param>
/// <param name="Subtitle">Second line, smaller.</param>
/// <param name="XLabel">What lies on the horizontal axis.</param>
/// <param name="YLabel">What lies on the vertical axis.</param>
/// <param name="Series">The curves, later ones over earlier ones; at least one with a finite point.</param>
internal sealed record LineChart(string Title, string Subtitle, string XLabel, string YLabel, IReadOnlyList<Series> Series)
{
    /// <summary>Below this ratio of the largest to the smallest value a linear axis shows more.</summary>
    private const double SmallestLogarithmicRange = 30;

    /// <summary>Whether the horizontal axis is logarithmic where its values allow it.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic where its values allow it.</summary>
    public bool LogarithmicY { get; init; }

    /// <summary>Whether positive values span so much that a logarithmic axis shows more of them.</summary>
    public static bool IsWide(IEnumerable<(double X, double Y)> points)
    {
        double[] values = [.. points.Select(p => p.Y)];
        return values.Length > 0 && IsWide(values.Min(), values.Max());
    }

    /// <summary>Writes the chart as an SVG file.</summary>
    /// <exception cref="InvalidOperationException">No series has a finite point.</exception>
    public void Save(string path)
    {
        var drawn = Series.Select(s => (Series: s, Points: s.Drawn())).Where(s => s.Points.Count > 0).ToArray();
        if (drawn.Length == 0)
        {
            throw new InvalidOperationException($"The chart '{Title}' has no finite point to draw.");
        }

        var all = drawn.SelectMany(s => s.Points).ToArray();
        IScale x = Horizontal(all.Min(p => p.X), all.Max(p => p.X));
        IScale y = Vertical(all.Min(p => p.Y), all.Max(p => p.Y));

        var frame = new ChartFrame(Title, Subtitle, XLabel, YLabel);
        frame.Save(path, svg =>
        {
            ChartFrame.DrawLegend(svg, drawn.Select(s => s.Series));
            frame.DrawAxes(svg, x, y);
            foreach (var (series, points) in drawn)
            {
                ChartFrame.DrawSeries(svg, series, [.. points.Select(p => (x.Pixel(p.X), y.Pixel(p.Y)))]);
            }
        });
    }

    // Counts begin at zero.
    private IScale Horizontal(double left, double right) =>
        LogarithmicX && IsWide(left, right)
            ? new LogScale(left, right, ChartFrame.Left, ChartFrame.Right, 8, widen: false)
            : new AxisScale(left >= 0 && left < 0.1 * right ? 0 : left, right, ChartFrame.Left, ChartFrame.Right, 8, widen: false);

    // Losses are read against zero unless they stay far above it.
    private IScale Vertical(double low, double high) =>
        LogarithmicY && IsWide(low, high)
            ? new LogScale(low, high, ChartFrame.Bottom, ChartFrame.Top, 6, widen: true)
            : new AxisScale(low >= 0 && low < 0.5 * high ? 0 : low, high, ChartFrame.Bottom, ChartFrame.Top, 6, widen: true);

    private static bool IsWide(double low, double high) => low > 0 && high > SmallestLogarithmicRange * low;
}
