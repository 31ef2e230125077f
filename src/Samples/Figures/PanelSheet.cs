namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>A small chart of a sheet.</summary>
/// <param name="Title">The line above it.</param>
/// <param name="XLabel">What lies on its horizontal axis.</param>
/// <param name="Series">The curves; at least one with a finite point.</param>
internal sealed record Panel(string Title, string XLabel, IReadOnlyList<Series> Series);

/// <summary>Small charts in rows of <see cref="Columns"/>, each with its own axes, under one legend.</summary>
/// <param name="Title">The line above all.</param>
/// <param name="Subtitle">Second line, smaller.</param>
/// <param name="Panels">The charts, row by row; all with the same names of series.</param>
internal sealed record PanelSheet(string Title, string Subtitle, IReadOnlyList<Panel> Panels)
{
    private const int Columns = 4;
    private const double Margin = 40;
    private const double Head = 124;
    private const double PlotWidth = 196;
    private const double PlotHeight = 150;
    private const double GapX = 48;
    private const double GapY = 88;

    /// <summary>Writes the sheet as an SVG file.</summary>
    public void Save(string path)
    {
        int rows = (Panels.Count + Columns - 1) / Columns;
        double width = (2 * Margin) + (Columns * PlotWidth) + ((Columns - 1) * GapX) + 10;
        double height = Head + (rows * (PlotHeight + GapY));
        SvgWriter.Save(path, width, height, Title, Draw);
    }

    private void Draw(SvgWriter svg)
    {
        svg.Text(Margin, 38, Title, 20, Theme.Text, ("font-weight", "600"));
        svg.Text(Margin, 61, Subtitle, 13, Theme.Muted);
        ChartFrame.DrawLegend(svg, Panels[0].Series, Margin);
        for (int i = 0; i < Panels.Count; i++)
        {
            Draw(svg, Panels[i], Margin + 10 + (i % Columns * (PlotWidth + GapX)), Head + 18 + (i / Columns * (PlotHeight + GapY)));
        }
    }

    private static void Draw(SvgWriter svg, Panel panel, double left, double top)
    {
        var all = panel.Series.SelectMany(s => s.Drawn()).ToArray();
        var x = new AxisScale(all.Min(p => p.X), all.Max(p => p.X), left, left + PlotWidth, 4, widen: false);
        var y = new AxisScale(all.Min(p => p.Y), all.Max(p => p.Y), top + PlotHeight, top, 4, widen: true);
        svg.Text(left, top - 12, panel.Title, 14, Theme.Text, ("font-weight", "500"));
        foreach (var (value, label) in y.Ticks)
        {
            svg.Line(left, y.Pixel(value), left + PlotWidth, y.Pixel(value), Theme.Grid, ("stroke-width", 1));
            svg.Text(left - 6, y.Pixel(value) + 4, label, 11, Theme.Muted, ("text-anchor", "end"));
        }

        // The axes cross at zero, where both have it.
        double floor = y.Minimum < 0 && y.Maximum > 0 ? y.Pixel(0) : top + PlotHeight;
        svg.Line(left, floor, left + PlotWidth, floor, Theme.Axis, ("stroke-width", 1));
        foreach (var (value, label) in x.Ticks)
        {
            svg.Text(x.Pixel(value), top + PlotHeight + 15, label, 11, Theme.Muted, ("text-anchor", "middle"));
        }

        svg.Text(left + (PlotWidth / 2), top + PlotHeight + 32, panel.XLabel, 11, Theme.Muted, ("text-anchor", "middle"));
        foreach (Series series in panel.Series)
        {
            ChartFrame.DrawSeries(svg, series, [.. series.Drawn().Select(p => (x.Pixel(p.X), y.Pixel(p.Y)))]);
        }
    }
}
