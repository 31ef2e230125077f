using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Finds a line without a gradient: by trying all slopes, by dividing and conquering, by greedy descent; then slope and height on a grid of 16 × 16.</summary>
internal sealed class SearchSample : Sample
{
    private readonly TableArguments _table = new(features: "The column to predict from");

    public override string Name => "search";

    public override string Summary => "Find a line without a gradient: exhaustive search, divide and conquer, greedy descent.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for figures.", "line.svg", "grid.svg");

    public override IEnumerable<Option> Options => [.. _table.Options, Output.Option];

    public override Task RunAsync(SampleRun run)
    {
        RegressionTable table = _table.Read(run, () => RegressionTable.ThreePoints, width: 1);
        LineSearches searches = _table.IsGiven(run) ? LineSearches.Of(table) : LineSearches.Own;
        IReadOnlyList<TracedSearch> line = searches.Line();
        IReadOnlyList<TracedSearch> grid = searches.Grid();

        Terminal terminal = run.Terminal;
        terminal.Heading("Search instead of descent");
        terminal.Fact("data", _table.IsGiven(run) ? Format.Text($"{table.Source}: {Format.Count(table.Count, "row")}, {table.LabelName} from {table.FeatureNames[0]}") : table.Source);
        terminal.Fact("error", "mean squared error, computed at points of a grid only");

        terminal.Heading($"One weight, {(searches.ThroughZero ? "y = w·x" : "y = mean + w·(x − mean)")}: w {Range(searches.Slopes)}");
        var slopes = new TextTable("", "evaluations", "w", "error") { Names = 1 };
        foreach (TracedSearch search in line)
        {
            slopes.Add(search.Name, Format.Text($"{search.Result.Evaluations:N0}"), Format.Number(search.Result.X), Format.Number(search.Result.Value));
        }

        slopes.Print(terminal);
        var surface = new LineSurface(table);
        terminal.Chart("w", Curve(searches, surface, "grey"), Probes("tried by divide and conquer", line[1], "darkorange"));

        terminal.Heading(Format.Text($"Two weights, y = c + w·(x − mean): {searches.GridSlopes.Count} × {searches.GridHeights.Count} points"));
        var lines = new TextTable("", "evaluations", "w", "c", "error") { Names = 1 };
        foreach (TracedSearch search in grid)
        {
            lines.Add(search.Name, Format.Text($"{search.Result.Evaluations:N0}"), Format.Number(search.Result.Point[0]), Format.Number(search.Result.Point[1]), Format.Number(search.Result.Value));
        }

        lines.Print(terminal);

        string[] figures = [run.File("line.svg"), run.File("grid.svg")];
        Draw(searches, surface, line, grid, figures);
        terminal.Heading("Result");
        var (w, c) = (grid[1].Result.Point[0], grid[1].Result.Point[1]);
        terminal.Fact("exhaustive", Format.Text($"w = {Format.Number(line[0].Result.X)} with error {Format.Number(line[0].Result.Value)}"));
        terminal.Fact("on the grid", Format.Text($"y = {Format.Number(w)}·x + {Format.Number(searches.Intercept(w, c))} after {grid[1].Result.Evaluations} instead of {grid[0].Result.Evaluations} evaluations"));
        terminal.Files("figures", figures);

        JsonObject result = run.Result;
        result["exhaustiveW"] = line[0].Result.X;
        result["divideW"] = line[1].Result.X;
        result["greedyW"] = line[2].Result.X;
        result["exhaustiveLoss"] = line[0].Result.Value;
        result["divideLoss"] = line[1].Result.Value;
        result["greedyLoss"] = line[2].Result.Value;
        result["evaluations"] = Format.Array(line.Select(search => (double)search.Result.Evaluations));
        result["grid"] = new JsonArray([.. grid.Select(search => new JsonObject
        {
            ["method"] = search.Name,
            ["w"] = search.Result.Point[0],
            ["c"] = search.Result.Point[1],
            ["loss"] = search.Result.Value,
            ["evaluations"] = search.Result.Evaluations,
        })]);
        result["figures"] = new JsonArray(figures[0], figures[1]);
        return Task.CompletedTask;
    }

    private static string Range(SearchAxis axis) => $"from {Format.Number(axis.From, 4)} to {Format.Number(axis.To, 4)} by {Format.Number(axis.Step, 3)}";

    private static Series Curve(LineSearches searches, LineSurface surface, string color)
    {
        const int Points = 201;
        SearchAxis axis = searches.Slopes;
        return new Series("error", [.. Enumerable.Range(0, Points).Select(i => axis.From + ((axis.To - axis.From) * i / (Points - 1))).Select(w => (w, searches.ThroughZero ? surface.At(w, 0) : surface.AtHeight(w, searches.MeanY)))], color);
    }

    private static Series Probes(string name, TracedSearch search, string color, SeriesStyle style = SeriesStyle.Points) =>
        new(name, [.. search.Tried.Select(p => (p.Point[0], p.Error))], color, style);

    private static void Draw(LineSearches searches, LineSurface surface, IReadOnlyList<TracedSearch> line, IReadOnlyList<TracedSearch> grid, string[] paths)
    {
        string source = searches.Table.Source;
        new LineChart("The error of a slope", $"{source} · {line[0].Result.Evaluations} evaluations by exhaustive search, {line[1].Result.Evaluations} by divide and conquer", "w", "mean squared error", [
            Curve(searches, surface, Theme.Axis), Probes("exhaustive", line[0], Theme.PaleBlue), Probes("divide and conquer", line[1], Theme.Orange)]).Save(paths[0]);

        SearchAxis x = searches.GridSlopes;
        SearchAxis y = searches.GridHeights;
        new SurfaceChart(
            new ChartFrame("The error of slope and height", $"{source} · evaluations: {string.Join(", ", grid.Select(g => $"{g.Result.Evaluations} {g.Name}"))}", "w", "c"),
            "error",
            surface.AtHeight,
            (x.From - (x.Step / 2), x.To + (x.Step / 2)),
            (y.From - (y.Step / 2), y.To + (y.Step / 2)),
            [
                new Series("all", Points(grid[0]), Theme.PaleBlue, SeriesStyle.Points),
                new Series("divide and conquer", Points(grid[1]), Theme.Orange, SeriesStyle.Points),
                new Series("greedy", [.. grid[2].Result.Path.Select(p => (p[0], p[1]))], Theme.Green, SeriesStyle.Dots),
            ]).Save(paths[1]);

        static (double X, double Y)[] Points(TracedSearch search) => [.. search.Tried.Select(p => (p.Point[0], p.Point[1]))];
    }
}
