using System.Globalization;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The trials as a table whose headings sort it.</summary>
/// <param name="Result">The sweep.</param>
/// <param name="Parameters">The columns of parameters.</param>
/// <param name="Trials">The trials, the best first.</param>
internal sealed record LeaderboardTable(SweepResult Result, IReadOnlyList<ReportParameter> Parameters, IReadOnlyList<ReportTrial> Trials)
{
    public void Write(HtmlWriter html)
    {
        using (html.Open("div", ("class", "scroll rows"), ("tabindex", 0), ("role", "region"), ("aria-label", "Leaderboard, to be scrolled")))
        using (html.Open("table", ("id", "leaderboard")))
        {
            html.Element("caption", "All trials, the highest first. A heading sorts by its column; a trial's number marks it in the charts.");
            using (html.Open("thead"))
            using (html.Open("tr"))
            {
                Heading(html, "Place", sort: "ascending");
                Heading(html, "Trial");
                Heading(html, "State");
                Heading(html, Result.Metric.Name, isNumber: true);
                Heading(html, "Epochs", isNumber: true);
                Heading(html, "Seconds", isNumber: true);
                foreach (var parameter in Parameters)
                {
                    Heading(html, parameter.Name, parameter.FullName, parameter.Labels.Count == 0);
                }

                html.Element("th", "Reason", ("scope", "col"), ("class", "reason"));
            }

            using (html.Open("tbody", ("data-roving", "")))
            {
                foreach (var trial in Trials)
                {
                    html.Line();
                    Row(html, trial);
                }
            }
        }

        html.Line();
    }

    private static void Heading(HtmlWriter html, string name, string? fullName = null, bool isNumber = false, string? sort = null)
    {
        using var heading = html.Open("th", ("scope", "col"), ("class", isNumber ? "number" : null), ("aria-sort", sort ?? "none"));
        html.Element("button", name, ("type", "button"), ("class", "sort"), ("title", fullName == name ? null : fullName));
    }

    private void Row(HtmlWriter html, ReportTrial one)
    {
        Trial trial = one.Trial;
        using var row = html.Open("tr", ("class", one.Class), ("data-trial", trial.Number));
        html.Element("td", Format.Text($"{one.Rank}"), ("data-v", one.Rank), ("class", "number"));
        using (html.Open("th", ("scope", "row"), ("data-v", trial.Number)))
        {
            html.Element("button", Format.Text($"{trial.Number}"), ("type", "button"), ("class", "mark"), ("aria-pressed", "false"), ("aria-label", Format.Text($"Mark trial {trial.Number} in the charts")),
                ("tabindex", one.Rank == 1 ? 0 : -1), ("data-item", ""), ("data-trial", trial.Number));
        }

        using (html.Open("td", ("data-v", ReportTrial.State(trial.State))))
        {
            html.Element("span", ReportTrial.State(trial.State), ("class", "state"));
            if (one.IsBest)
            {
                html.Element("span", "best", ("class", "state star"));
            }
        }

        Number(html, trial.Score, trial.Score is { } score ? Format.Number(score, 5) : "");
        Number(html, trial.EpochsTrained, Format.Text($"{trial.EpochsTrained:N0}"));
        Number(html, trial.Duration.TotalSeconds, Format.Text($"{trial.Duration.TotalSeconds:0.0#}"));
        foreach (var parameter in Parameters)
        {
            if (parameter.Labels.Count == 0)
            {
                Number(html, parameter.Value(trial) is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null, parameter.Text(trial));
            }
            else
            {
                html.Element("td", parameter.Text(trial), ("data-v", parameter.Text(trial)));
            }
        }

        html.Element("td", string.Join(' ', new[] { trial.Reason, one.IsBest ? Result.BestReason : null }.OfType<string>().DefaultIfEmpty(trial.Values.Count == 0 ? "with the trainer's defaults" : "")), ("class", "reason"));
    }

    private static void Number(HtmlWriter html, double? value, string text) =>
        html.Element("td", text, ("class", "number"), ("data-v", value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : ""));
}
