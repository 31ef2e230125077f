using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>A sweep at a glance.</summary>
internal static class ReportSummary
{
    public static void Write(HtmlWriter html, SweepResult result)
    {
        if (result.Best is null)
        {
            var failed = result.Trials.FirstOrDefault(trial => trial.State == TrialState.Failed);
            html.Element("p", failed is null ? "No trial was completed." : Format.Text($"No trial was completed. The first that failed, number {failed.Number}: {failed.Reason}"), ("class", "none"));
        }

        if (result.BestReason is { } reason)
        {
            html.Element("p", reason, ("id", "why"));
        }

        using (html.Open("dl", ("class", "facts")))
        {
            Fact(html, $"best {result.Metric.Name}", result.Best is { } best ? Format.Text($"{Format.Number(best.Score!.Value, 5)} by trial {best.Number}") : "none", "first");
            Fact(html, "trials", Trials(result));
            Fact(html, "epochs", Format.Text($"{result.EpochsTrained:N0}"));
            Fact(html, "time", Time(result.Duration));
            Fact(html, "end", End(result.End));
            Fact(html, "tuner", result.Tuner);
            Fact(html, "pruner", result.Pruner.Length == 0 ? "none" : result.Pruner);
        }

        html.Line();
    }

    private static string Trials(SweepResult result)
    {
        var groups = result.Trials.GroupBy(trial => trial.State).OrderBy(group => group.Key).Select(group => Format.Text($"{group.Count():N0} {ReportTrial.State(group.Key)}"));
        return Format.Text($"{result.Trials.Count:N0}") + (result.Trials.Count == 0 ? "" : ": " + string.Join(", ", groups));
    }

    private static string Time(TimeSpan time) =>
        time.TotalMinutes < 1 ? Format.Text($"{time.TotalSeconds:0.0} s") : time.TotalHours < 1 ? Format.Text($"{(int)time.TotalMinutes} min {time.Seconds} s") : Format.Text($"{(int)time.TotalHours} h {time.Minutes} min");

    private static string End(SweepEnd end) => end switch
    {
        SweepEnd.TrialsDone => "all trials done",
        SweepEnd.TimeOver => "time over",
        SweepEnd.Cancelled => "cancelled",
        SweepEnd.SameFailure => "all failed alike",
        _ => "all values tried",
    };

    private static void Fact(HtmlWriter html, string name, string value, string? kind = null)
    {
        using var pair = html.Open("div", ("class", kind));
        html.Element("dt", name);
        html.Element("dd", value);
    }
}
