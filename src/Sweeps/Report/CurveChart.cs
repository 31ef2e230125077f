using System.Text;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>A figure of each epoch of each trial as a curve: pruned ones faded, the best highlighted.</summary>
/// <param name="Name">What is shown, such as <c>validation loss</c>.</param>
/// <param name="Figure">What is shown of an epoch; what is no finite number is left out.</param>
internal sealed record CurveChart(string Name, Func<EpochRecord, double> Figure)
{
    private const double Width = 720;
    private const double Height = 400;
    private const double Left = 84;
    private const double Right = Width - 18;
    private const double Top = 14;
    private const double Bottom = Height - 62;

    /// <summary>Above this ratio of values a logarithmic axis shows more.</summary>
    private const double LinearRatio = 30;

    /// <summary>What has come so much higher than the middle of all is drawn at the edge: a loss that explodes would press all others into a line.</summary>
    private const double HighestOverMedian = 1000;

    /// <summary>The charts that have something to show: the loss, and what trials are compared by where that is something else.</summary>
    public static IReadOnlyList<CurveChart> Of(SweepResult result)
    {
        EpochRecord[] all = [.. result.Trials.SelectMany(trial => trial.Epochs)];
        var charts = new List<CurveChart>();
        if (all.Any(epoch => double.IsFinite(epoch.ValidationLoss)))
        {
            charts.Add(new CurveChart("validation loss", epoch => epoch.ValidationLoss));
        }
        else if (all.Any(epoch => double.IsFinite(epoch.TrainingLoss)))
        {
            charts.Add(new CurveChart("training loss", epoch => epoch.TrainingLoss));
        }

        double[] compared = [.. all.Select(result.Metric.OfEpoch)];
        if (compared.Any(double.IsFinite) && !(charts.Count == 1 && compared.SequenceEqual(all.Select(charts[0].Figure))))
        {
            charts.Add(new CurveChart(result.Metric.EpochName, result.Metric.OfEpoch));
        }

        return charts;
    }

    /// <param name="html">Where to write.</param>
    /// <param name="trials">The trials, the best first.</param>
    public void Write(HtmlWriter html, IReadOnlyList<ReportTrial> trials)
    {
        var curves = trials
            .Select(trial => (Trial: trial, Points: trial.Trial.Epochs.Select(epoch => (X: (double)epoch.Epoch, Y: Figure(epoch))).Where(point => double.IsFinite(point.Y)).ToArray()))
            .Where(curve => curve.Points.Length > 0).ToArray();
        double[] values = [.. curves.SelectMany(curve => curve.Points).Select(point => point.Y).Order()];
        double middle = values[values.Length / 2];
        double high = values[0] > 0 && middle > 0 ? Math.Min(values[^1], middle * HighestOverMedian) : values[^1];
        double low = values[0];
        bool isLogarithmic = low > 0 && high > LinearRatio * low;
        IScale y = isLogarithmic ? new LogScale(low, high, Bottom, Top, 6, widen: true) : new AxisScale(low, high, Bottom, Top, 6, widen: true);
        double epochs = curves.Max(curve => curve.Points[^1].X);
        var x = new AxisScale(Math.Min(1, epochs - 1), Math.Max(epochs, 2), Left, Right, 6, widen: false);

        using (html.Open("figure"))
        {
            html.Element("figcaption", Caption(isLogarithmic, values[^1] > y.Maximum));
            using (html.Open("svg", ("viewBox", Format.Text($"0 0 {Width} {Height}")), ("class", "chart"), ("role", "group"), ("data-roving", ""),
                ("aria-label", $"{Name} of each trial by epoch. Arrow keys go from trial to trial, the best first; Enter marks one.")))
            {
                Axes(html, x, y);
                foreach (var (trial, points) in curves.Reverse())
                {
                    Curve(html, trial, [.. points.Select(point => (x.Pixel(point.X), y.Pixel(Math.Clamp(point.Y, y.Minimum, y.Maximum))))]);
                }
            }
        }

        html.Line();
    }

    private string Caption(bool isLogarithmic, bool isCut) =>
        $"{Name[..1].ToUpperInvariant()}{Name[1..]} by epoch{(isLogarithmic ? ", on a logarithmic axis" : "")}{(isCut ? "; what is far above the others is drawn at the upper edge" : "")}.";

    private void Axes(HtmlWriter html, IScale x, IScale y)
    {
        using var axes = html.Open("g", ("class", "axes"), ("aria-hidden", "true"));
        // Powers of ten may be few; the ends are round, too.
        var ticks = y is LogScale ? y.Ticks.Concat(new[] { y.Minimum, y.Maximum }.Select(end => (Value: end, Label: Format.Number(end, 2)))).DistinctBy(tick => Math.Round(y.Pixel(tick.Value))) : y.Ticks;
        foreach (var (value, label) in ticks)
        {
            html.Element("line", "", ("x1", Left), ("x2", Right), ("y1", y.Pixel(value)), ("y2", y.Pixel(value)));
            html.Element("text", label, ("x", Left - 8), ("y", y.Pixel(value)), ("dy", "0.35em"), ("text-anchor", "end"));
        }

        foreach (var (value, _) in x.Ticks.Where(tick => tick.Value == Math.Round(tick.Value)))
        {
            html.Element("text", Format.Number(value), ("x", x.Pixel(value)), ("y", Bottom + 8), ("dy", "1em"), ("text-anchor", "middle"));
        }

        html.Element("text", "epoch", ("x", (Left + Right) / 2), ("y", Bottom + 8), ("dy", "2.3em"), ("text-anchor", "middle"));
        html.Element("line", "", ("class", "base"), ("x1", Left), ("x2", Right), ("y1", Bottom), ("y2", Bottom));
    }

    private void Curve(HtmlWriter html, ReportTrial trial, (double X, double Y)[] points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(HtmlWriter.Number(x)).Append(' ').Append(HtmlWriter.Number(y));
        }

        // A line of no length with round ends is a dot.
        html.Trial(trial, points.Length == 1 ? path + "h0" : path.ToString(), points.Length == 1 ? "dot" : null);
    }
}
