namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>What all charts have round their plot: title, legend, axes.</summary>
/// <param name="Title">First line.</param>
/// <param name="Subtitle">Second line, smaller.</param>
/// <param name="XLabel">What lies on the horizontal axis.</param>
/// <param name="YLabel">What lies on the vertical axis.</param>
internal sealed record ChartFrame(string Title, string Subtitle, string XLabel, string YLabel)
{
    public const double Width = 860;
    public const double Height = 500;
    public const double Left = 92;
    public const double Right = Width - 28;
    public const double Top = 108;
    public const double Bottom = Height - 66;

    /// <summary>Writes a picture under its title as an SVG file.</summary>
    public void Save(string path, Action<SvgWriter> draw) => SvgWriter.Save(path, Width, Height, Title, svg =>
    {
        svg.Text(Left, 38, Title, 20, Theme.Text, ("font-weight", "600"));
        svg.Text(Left, 61, Subtitle, 13, Theme.Muted);
        draw(svg);
    });

    /// <summary>Writes the names of series beside what they look like; those without a name are left out.</summary>
    public static void DrawLegend(SvgWriter svg, IEnumerable<Series> series, double x = Left)
    {
        foreach (var s in series.Where(s => s.Name.Length > 0))
        {
            if (s.Style != SeriesStyle.Points)
            {
                svg.Line(x, 84, x + 22, 84, s.Color, [("stroke-width", s.Style == SeriesStyle.Thin ? 1.5 : 3), ("stroke-linecap", "round"), .. s.Dashes]);
            }

            if (s.Style is SeriesStyle.Dots or SeriesStyle.Points)
            {
                svg.Circle(x + 11, 84, 4, s.Color);
            }

            svg.Text(x + 30, 88.5, s.Name, 13, Theme.Text);

            // Text cannot be measured here: 7 pixels a letter is wide enough for this size.
            x += 30 + (7.0 * s.Name.Length) + 26;
        }
    }

    /// <summary>Draws both axes; the lines of the vertical ticks run through the plot where <paramref name="grid"/> is set.</summary>
    public void DrawAxes(SvgWriter svg, IScale x, IScale y, bool grid = true)
    {
        foreach (var (value, label) in y.Ticks)
        {
            double pixel = y.Pixel(value);
            svg.Line(grid ? Left : Left - 5, pixel, grid ? Right : Left, pixel, grid ? Theme.Grid : Theme.Axis, ("stroke-width", 1));
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

    /// <summary>Draws a series of points in pixels.</summary>
    public static void DrawSeries(SvgWriter svg, Series series, IReadOnlyList<(double X, double Y)> points)
    {
        if (series.Style != SeriesStyle.Points)
        {
            svg.Polyline(points, series.Color, [("stroke-width", series.Style == SeriesStyle.Thin ? 1 : 2.25), .. series.Dashes]);
        }

        if (series.Style is SeriesStyle.Dots or SeriesStyle.Points || points.Count == 1)
        {
            double radius = series.Style == SeriesStyle.Points && points.Count > 150 ? 2.5 : 4;
            foreach (var (x, y) in points)
            {
                svg.Circle(x, y, radius, series.Color, ("stroke", Theme.Background), ("stroke-width", radius > 3 ? 1.5 : 0.75));
            }
        }
    }
}
