using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>How much each parameter matters, as bars.</summary>
internal static class ImportanceTable
{
    private const double Width = 200;

    public static void Write(HtmlWriter html, IReadOnlyList<ParameterImportance> importances)
    {
        html.Element("p", "η² of the test of Kruskal and Wallis (1952): about the share of the variance of the trials' places that a parameter explains alone, " +
            "for what hangs on an option times the part of the trials that took the option. It says nothing of parameters that work together, and a tuner tries good values more often. " +
            "Parameters with fewer than eight trials are left out.");
        if (importances.Count == 0)
        {
            html.Element("p", "There are too few finished trials to tell.", ("class", "none"));
            return;
        }

        using (html.Open("div", ("class", "scroll"), ("tabindex", 0), ("role", "region"), ("aria-label", "Importances, to be scrolled")))
        using (html.Open("table", ("id", "importance")))
        {
            using (html.Open("thead"))
            using (html.Open("tr"))
            {
                html.Element("th", "Parameter", ("scope", "col"));
                html.Element("th", "η²", ("scope", "col"), ("class", "number"));
                html.Element("th", "", ("scope", "col"), ("aria-label", "as a bar"));
                html.Element("th", "Trials", ("scope", "col"), ("class", "number"));
            }

            using (html.Open("tbody"))
            {
                foreach (var importance in importances)
                {
                    html.Line();
                    using var row = html.Open("tr");
                    html.Element("th", importance.Name, ("scope", "row"));
                    html.Element("td", Format.Text($"{importance.Share:0.00}"), ("class", "number"));
                    using (html.Open("td"))
                    using (html.Open("svg", ("viewBox", Format.Text($"0 0 {Width} 12")), ("width", Width), ("height", 12.0), ("class", "bar"), ("aria-hidden", "true")))
                    {
                        html.Element("rect", "", ("class", "track"), ("width", Width), ("height", 12.0), ("rx", 3.0));
                        html.Element("rect", "", ("class", "value"), ("width", Width * importance.Share), ("height", 12.0), ("rx", 3.0));
                    }

                    html.Element("td", Format.Text($"{importance.Trials}"), ("class", "number"));
                }
            }
        }
    }
}
