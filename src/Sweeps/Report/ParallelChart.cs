using System.Text;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Parallel coordinates: an axis for each parameter and one for the score, a line for each trial. What a trial has no value of lies below the axis.</summary>
/// <remarks>A. Inselberg, "The plane with parallel coordinates", 1985.</remarks>
internal sealed class ParallelChart
{
    private const double WidestDistance = 150;
    private const double NarrowestDistance = 94;
    private const double Page = 1200;
    private const double Margin = 60;
    private const double Height = 434;
    private const double Top = 52;
    private const double Bottom = 366;
    private const double Unset = 398;
    private const double LetterWidth = 7.2;

    /// <summary>Lines through one option lie side by side on so many pixels.</summary>
    private const double Spread = 10;

    private readonly SweepResult _result;
    private readonly IReadOnlyList<ReportParameter> _parameters;
    private readonly IReadOnlyList<ReportTrial> _trials;
    private readonly Func<Trial, double>[] _places;
    private readonly IScale? _scores;

    public ParallelChart(SweepResult result, IReadOnlyList<ReportParameter> parameters, IReadOnlyList<ReportTrial> trials)
    {
        (_result, _parameters, _trials) = (result, parameters, trials);
        double[] scores = [.. result.Trials.Select(trial => trial.Score).OfType<double>().Where(double.IsFinite)];

        // Better ends up.
        var (worst, best) = result.Metric.HigherIsBetter ? (Bottom, Top) : (Top, Bottom);
        _scores = scores.Length == 0 ? null : new AxisScale(scores.Min(), scores.Max(), worst, best, 5, widen: false);
        _places = [.. parameters.Select(Place), trial => trial.Score is { } score && double.IsFinite(score) ? _scores!.Pixel(score) : Unset];
    }

    /// <summary>From axis to axis; wide pages show all at once.</summary>
    private double Distance => Math.Clamp((Page - (2 * Margin)) / Math.Max(1, _parameters.Count), NarrowestDistance, WidestDistance);

    private double Width => (2 * Margin) + (Distance * _parameters.Count);

    public void Write(HtmlWriter html)
    {
        using (html.Open("div", ("class", "scroll"), ("tabindex", 0), ("role", "region"), ("aria-label", "Parallel coordinates, to be scrolled sideways")))
        using (html.Open("svg", ("viewBox", Format.Text($"0 0 {Width} {Height}")), ("width", Width), ("height", Height), ("class", "chart parallel"), ("role", "group"), ("data-roving", ""),
            ("aria-label", "Parameters and score of each trial as lines over parallel axes. Arrow keys go from trial to trial, the best first; Enter marks one.")))
        {
            foreach (var trial in _trials.Reverse())
            {
                var path = new StringBuilder();
                for (int i = 0; i < _places.Length; i++)
                {
                    path.Append(i == 0 ? 'M' : 'L').Append(HtmlWriter.Number(X(i))).Append(' ').Append(HtmlWriter.Number(_places[i](trial.Trial)));
                }

                html.Trial(trial, _places.Length == 1 ? path + "h0" : path.ToString());
            }

            for (int i = 0; i < _parameters.Count; i++)
            {
                var parameter = _parameters[i];
                Axis(html, X(i), parameter.Name, parameter.FullName, parameter.Labels.Count > 0
                    ? parameter.Labels.Select((label, k) => (OptionPlace(parameter, k), label))
                    : Ticks(parameter.Scale(Bottom, Top), parameter.IsWhole));
            }

            Axis(html, X(_parameters.Count), _result.Metric.Name, _result.Metric.Name, _scores is null ? [] : Ticks(_scores, false));
        }

        html.Line();
    }

    private double X(int axis) => Margin + (axis * Distance);

    private static double OptionPlace(ReportParameter parameter, int option) => Bottom - ((option + 0.5) / parameter.Labels.Count * (Bottom - Top));

    private static Func<Trial, double> Place(ReportParameter parameter)
    {
        if (parameter.Labels.Count > 0)
        {
            var labels = parameter.Labels.ToList();
            return trial => parameter.Value(trial) is ChoiceOption option ? OptionPlace(parameter, labels.IndexOf(option.Label)) + Aside(trial.Number) : Unset;
        }

        var scale = parameter.Scale(Bottom, Top);
        return trial => parameter.Value(trial) is { } value ? scale.Pixel(Convert.ToDouble(value, null)) : Unset;
    }

    /// <summary>A place beside the middle, well spread over successive numbers: the fractional parts of multiples of the golden ratio.</summary>
    private static double Aside(int number) => Spread * ((number * 0.6180339887498949 % 1) - 0.5);

    /// <summary>The ends of an axis, and what fits between them.</summary>
    private static IEnumerable<(double Y, string Label)> Ticks(IScale scale, bool isWhole)
    {
        const double Apart = 18;
        var ends = new[] { scale.Minimum, scale.Maximum }.Select(value => (Y: scale.Pixel(value), Label: Format.Number(value, 4))).ToArray();
        return ends.Concat(scale.Ticks.Where(tick => !isWhole || tick.Value == Math.Round(tick.Value)).Select(tick => (Y: scale.Pixel(tick.Value), isWhole ? Format.Number(tick.Value) : tick.Label)).Where(tick => ends.All(end => Math.Abs(end.Y - tick.Y) > Apart)));
    }

    private void Axis(HtmlWriter html, double x, string name, string fullName, IEnumerable<(double Y, string Label)> ticks)
    {
        using var axis = html.Open("g", ("class", "axis"), ("aria-hidden", "true"));
        html.Element("line", "", ("x1", x), ("x2", x), ("y1", Top), ("y2", Bottom));
        using (html.Open("text", ("class", "name"), ("x", x), ("y", Top - 26), ("text-anchor", "middle")))
        {
            html.Element("title", fullName);
            html.Text(Excerpt.Name(name, (int)(Distance / LetterWidth)));
        }

        foreach (var (y, label) in ticks)
        {
            html.Element("line", "", ("x1", x - 3), ("x2", x + 3), ("y1", y), ("y2", y));
            html.Element("text", Excerpt.Name(label, (int)((Distance - 12) / LetterWidth)), ("x", x + 7), ("y", y), ("dy", "0.35em"));
        }

        html.Element("text", "not set", ("class", "unset"), ("x", x), ("y", Unset + 20), ("text-anchor", "middle"));
        html.Element("circle", "", ("cx", x), ("cy", Unset), ("r", 2.5));
    }
}
