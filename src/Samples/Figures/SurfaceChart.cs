using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>A function of two variables as bands of equal height, dark where it is low, with curves over it.</summary>
/// <param name="Frame">Title and axes.</param>
/// <param name="ValueName">What the heights are, for the legend.</param>
/// <param name="Value">The function; finite within the ranges.</param>
/// <param name="X">From and to, left to right.</param>
/// <param name="Y">From and to, bottom to top.</param>
/// <param name="Series">Curves over the surface.</param>
internal sealed record SurfaceChart(
    ChartFrame Frame, string ValueName, Func<double, double, double> Value, (double From, double To) X, (double From, double To) Y, IReadOnlyList<Series> Series)
{
    private const int Columns = 96;
    private const int Rows = 56;
    private const int Bands = 16;

    /// <summary>A range with room on both sides of what lies on the surface.</summary>
    public static (double From, double To) Around(double low, double high)
    {
        double margin = high > low ? 0.35 * (high - low) : 1;
        return (low - margin, high + margin);
    }

    /// <summary>Writes the chart as an SVG file.</summary>
    public void Save(string path)
    {
        var x = new AxisScale(X.From, X.To, ChartFrame.Left, ChartFrame.Right, 8, widen: false);
        var y = new AxisScale(Y.From, Y.To, ChartFrame.Bottom, ChartFrame.Top, 6, widen: false);
        double[,] heights = Heights();
        Frame.Save(path, svg => Draw(svg, x, y, heights));
    }

    private void Draw(SvgWriter svg, AxisScale x, AxisScale y, double[,] heights)
    {
        double low = heights.Cast<double>().Min();
        double high = heights.Cast<double>().Max();
        ChartFrame.DrawLegend(svg, Series);
        DrawKey(svg, low, high);
        svg.Rectangle(ChartFrame.Left, ChartFrame.Top, ChartFrame.Right - ChartFrame.Left, ChartFrame.Bottom - ChartFrame.Top, Color(Bands - 1));
        for (int band = Bands - 2; band >= 0; band--)
        {
            // Cubes: a descent spends its time where the ground is low and nearly level, so that bands are narrow there.
            double level = low + ((high - low) * Math.Pow((band + 1.0) / Bands, 3));
            string shape = LevelSet.Below(heights, level, ChartFrame.Left, ChartFrame.Right, ChartFrame.Bottom, ChartFrame.Top);
            if (shape.Length > 0)
            {
                svg.Path(shape, Color(band));
            }
        }

        Frame.DrawAxes(svg, x, y, grid: false);
        foreach (Series series in Series)
        {
            ChartFrame.DrawSeries(svg, series, [.. series.Drawn().Select(p => (x.Pixel(p.X), y.Pixel(p.Y)))]);
        }
    }

    private double[,] Heights()
    {
        var heights = new double[Rows + 1, Columns + 1];
        for (int row = 0; row <= Rows; row++)
        {
            for (int column = 0; column <= Columns; column++)
            {
                heights[row, column] = Value(X.From + ((X.To - X.From) * column / Columns), Y.From + ((Y.To - Y.From) * row / Rows));
            }
        }

        return heights;
    }

    private void DrawKey(SvgWriter svg, double low, double high)
    {
        const double Cell = 7;
        const double Y = 78;
        string lowest = Number(low);
        string highest = Number(high);
        double x = ChartFrame.Right - (7.0 * highest.Length) - (Bands * Cell) - 8;
        svg.Text(x - 8, 88.5, $"{ValueName}  {lowest}", 13, Theme.Muted, ("text-anchor", "end"));
        for (int band = 0; band < Bands; band++)
        {
            svg.Rectangle(x + (band * Cell), Y, Cell, 12, Color(band), ("shape-rendering", "crispEdges"));
        }

        svg.Text(ChartFrame.Right, 88.5, highest, 13, Theme.Muted, ("text-anchor", "end"));
    }

    private static string Number(double value) =>
        Math.Abs(value) >= 1e6 || (value != 0 && Math.Abs(value) < 1e-3)
            ? value.ToString("0.#e0", CultureInfo.InvariantCulture)
            : value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.###", CultureInfo.InvariantCulture);

    /// <summary>From deep blue where it is low to near white.</summary>
    private static string Color(int band)
    {
        double height = band / (Bands - 1.0);
        int Mix(int low, int high) => (int)Math.Round(low + (height * (high - low)));
        return $"#{Mix(0x1d, 0xf1):x2}{Mix(0x3f, 0xf5):x2}{Mix(0x8f, 0xfd):x2}";
    }
}
