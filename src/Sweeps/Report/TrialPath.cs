namespace MLNet.GradientTrainers.Sweeps;

/// <summary>A trial's line in a chart.</summary>
internal static class TrialPath
{
    /// <summary>Writes the line; the page's script lays an unseen wide one over it, for the mouse.</summary>
    public static void Trial(this HtmlWriter html, ReportTrial trial, string path, string? kind = null)
    {
        using (html.Open("g", ("class", $"trial {trial.Class}"), ("role", "button"), ("tabindex", trial.Rank == 1 ? 0 : -1), ("data-item", ""), ("data-trial", trial.Trial.Number), ("data-rank", trial.Rank),
            ("aria-label", trial.Description)))
        {
            html.Element("path", "", ("class", kind), ("d", path));
        }

        html.Line();
    }
}
