using System.Security.Cryptography;
using System.Text;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a sweep has found as a page for people.</summary>
public static class SweepReport
{
    /// <summary>More lines than this are drawn thin and pale, so that they do not become one area.</summary>
    private const int Many = 60;

    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    /// <summary>
    /// Writes one HTML file that needs no other one and no network: a summary, the curves of all trials, parallel coordinates and importance of the parameters, the best pipeline as C#, and the
    /// leaderboard. An existing file is replaced as a whole, see <see cref="AtomicFile"/>.
    /// </summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="result">The sweep; it may have no trial, or none that was completed.</param>
    /// <param name="title">The page's title; null for one that names the metric.</param>
    /// <exception cref="IOException">The file can't be written, for instance as its folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be replaced, or no file may be made in the folder.</exception>
    public static void Write(string path, SweepResult result, string? title = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(result);
        AtomicFile.Write(path, stream => Write(stream, result, title ?? $"Sweep by {result.Metric.Name}"));
    }

    private static void Write(Stream stream, SweepResult result, string title)
    {
        using var html = new HtmlWriter(stream);
        using var root = html.Open("html", ("lang", "en"));
        using (html.Open("head"))
        {
            html.Void("meta", ("charset", "utf-8"));
            html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));

            // Nothing is fetched, and no script but ours runs, whatever the names hold.
            string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
            html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", $"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'"));
            html.Element("title", title);
            html.Raw("style", Style);
        }

        html.Line();
        using var body = html.Open("body");
        Body(html, result, title);
        html.Element("div", "", ("id", "tip"), ("aria-hidden", "true"), ("hidden", ""));
        html.Element("div", "", ("id", "said"), ("role", "status"));
        html.Raw("script", Script);
    }

    private static void Body(HtmlWriter html, SweepResult result, string title)
    {
        var trials = ReportTrial.Of(result);
        var parameters = ReportParameter.Of(result);
        html.Element("a", "Skip to the leaderboard", ("class", "skip"), ("href", "#trials"));
        using var main = html.Open("main", ("class", trials.Count > Many ? "many" : null));
        html.Element("h1", title);
        ReportSummary.Write(html, result);
        if (trials.Count > 0)
        {
            Section(html, "curves", "Curves", () =>
            {
                Legend(html, result);
                var charts = CurveChart.Of(result);
                using (html.Open("div", ("class", "figures")))
                {
                    foreach (var chart in charts)
                    {
                        chart.Write(html, trials);
                    }
                }

                if (charts.Count == 0)
                {
                    html.Element("p", "No trial has told of epochs.", ("class", "none"));
                }
            });
            Section(html, "parameters", "Parameters", () =>
            {
                html.Element("p", "A line for each trial, over an axis for each parameter; the last axis is the score, better ones higher. Parameters of one name that hang on different options share an axis.");
                new ParallelChart(result, parameters, trials).Write(html);
            });
            Section(html, "importances", "Importance", () => ImportanceTable.Write(html, result.Importances));
        }

        if (result.BestCode is { } code)
        {
            Section(html, "best", "The best pipeline", () =>
            {
                html.Element("button", "Copy", ("type", "button"), ("id", "copy"), ("aria-label", "Copy the best pipeline"));
                using (html.Open("pre", ("tabindex", 0), ("role", "region"), ("aria-label", "The best pipeline as C#")))
                {
                    html.Element("code", code, ("id", "code"));
                }
            });
        }

        Section(html, "trials", "Leaderboard", () =>
        {
            if (trials.Count == 0)
            {
                html.Element("p", "No trial was begun.", ("class", "none"));
                return;
            }

            new LeaderboardTable(result, parameters, trials).Write(html);
        });
    }

    private static void Section(HtmlWriter html, string id, string heading, Action content)
    {
        using var section = html.Open("section", ("id", id), ("aria-labelledby", $"{id}-heading"));
        html.Element("h2", heading, ("id", $"{id}-heading"));
        content();
    }

    private static void Legend(HtmlWriter html, SweepResult result)
    {
        using var list = html.Open("ul", ("class", "legend"));
        if (result.Best is { } best)
        {
            html.Element("li", Format.Text($"best, trial {best.Number}"), ("class", "best"));
        }

        foreach (var group in result.Trials.GroupBy(trial => trial.State).OrderBy(group => group.Key))
        {
            html.Element("li", ReportTrial.State(group.Key), ("class", ReportTrial.State(group.Key)));
        }
    }

    /// <summary>A part of the page that is a file of its own in the source. Browsers hash a script with line feeds alone.</summary>
    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(SweepReport).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
