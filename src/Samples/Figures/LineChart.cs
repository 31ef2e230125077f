namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>A chart of one or more curves over a common axis.</summary>
/// <param name="Title">First line.</param>
/// <param name="Subtitle">Second line, smaller.</param>
/// <param name="XLabel">What lies on the horizontal axis.</param>
/// <param name="YLabel">What lies on the vertical axis.</param>
/// <param name="Series">The curves, later ones over earlier ones; at least one with a finite point.</param>
internal sealed record LineChart(string Title, string Subtitle, string XLabel, string YLabel, IReadOnlyList<Series> Series)
{
    private const double Width = 860;
    private const double Height = 500;
    private const double Left = 84;
    private const double Right = Width - 28;
    private const double Top = 108;
    private const double Bottom = Height - 66;

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
        double left = all.Min(p => p.X);
        double right = all.Max(p => p.X);
        double low = all.Min(p => p.Y);
        double high = all.Max(p => p.Y);

        // Counts begin at zero; losses are read against zero unless they stay far above it.
        var x = new AxisScale(left >= 0 && left < 0.1 * right ? 0 : left, right, Left, Right, 8, widen: false);
        var y = new AxisScale(low >= 0 && low < 0.5 * high ? 0 : low, high, Bottom, Top, 6, widen: true);

        using var stream = File.Create(path);
        using var svg = new SvgWriter(stream, Width, Height, Title);
        svg.Text(Left, 38, Title, 20, Theme.Text, ("font-weight", "600"));
        svg.Text(Left, 61, Subtitle, 13, Theme.Muted);
        DrawLegend(svg, drawn.Select(s => s.Series));
        DrawAxes(svg, x, y);
        foreach (var (series, points) in drawn)
        {
            DrawSeries(svg, series, points.Select(p => (x.Pixel(p.X), y.Pixel(p.Y))).ToArray());
        }
    }

    private static void DrawLegend(SvgWriter svg, IEnumerable<Series> series)
    {
        double x = Left;
        foreach (var s in series)
        {
            svg.Line(x, 84, x + 22, 84, s.Color, ("stroke-width", s.Style == SeriesStyle.Thin ? 1.5 : 3), ("stroke-linecap", "round"));
            if (s.Style == SeriesStyle.Dots)
            {
                svg.Circle(x + 11, 84, 4, s.Color);
            }

            svg.Text(x + 30, 88.5, s.Name, 13, Theme.Text);

            // Text cannot be measured here: 7 pixels a letter is wide enough for this size.
            x += 30 + (7.0 * s.Name.Length) + 26;
        }
    }

    private static void DrawSeries(SvgWriter svg, Series series, (double X, double Y)[] points)
    {
        double width = series.Style == SeriesStyle.Thin ? 1 : 2.25;
        svg.Polyline(points, series.Color, ("stroke-width", width));
        if (series.Style == SeriesStyle.Dots || points.Length == 1)
        {
            foreach (var (x, y) in points)
            {
                svg.Circle(x, y, 4, series.Color, ("stroke", Theme.Background), ("stroke-width", 1.5));
            }
        }
    }

    private void DrawAxes(SvgWriter svg, AxisScale x, AxisScale y)
    {
        foreach (var (value, label) in y.Ticks)
        {
            double pixel = y.Pixel(value);
            svg.Line(Left, pixel, Right, pixel, Theme.Grid, ("stroke-width", 1));
            svg.Text(Left - 10, pixel + 4.5, label, 13, Theme.Muted, ("text-anchor", "end"));
        }

        svg.Line(Left, Bottom, Right, Bottom, Theme.Axis, ("stroke-width", 1.25));
        foreach (var (value, label) in x.Ticks)
        {
            double pixel = x.Pixel(value);
            svg.Line(pixel, Bottom, pixel, Bottom + 5, Theme.Axis, ("stroke-width", 1.25));
            svg.Text(pixel, Bottom + 22, label, 13, Theme.Muted, ("text-anchor", "middle"));
        }

        svg.Text((Left + Right) / 2, Height - 18, XLabel, 14, Theme.Text, ("text-anchor", "middle"));
        double middle = (Top + Bottom) / 2;
        svg.Text(22, middle, YLabel, 14, Theme.Text, ("text-anchor", "middle"), ("transform", $"rotate(-90 22 {SvgWriter.Number(middle)})"));
    }
}
