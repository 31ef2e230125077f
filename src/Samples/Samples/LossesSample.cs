using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Losses;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>All losses and their derivatives, and what they say of some predictions.</summary>
internal sealed class LossesSample : Sample
{
    private const int CurvePoints = 241;

    private static readonly double[] Shown = [-2, -1, -0.5, 0, 0.5, 1, 2];

    private readonly TableArguments _table = new("The column with the targets", "The column with the predictions");

    public override string Name => "losses";

    public override string Summary => "Plot all losses and their derivatives, and measure predictions with them.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for the figure.", "curves.svg");

    public override IEnumerable<Option> Options => [.. _table.Options, Output.Option];

    public override Task RunAsync(SampleRun run)
    {
        RegressionTable table = _table.Read(run, Example, width: 1);
        Terminal terminal = run.Terminal;

        terminal.Heading("Losses and, below each, derivatives, over the output");
        var curves = new TextTable(["loss", .. Shown.Select(z => Format.Number(z))]) { Names = 1 };
        foreach (LossCurve curve in LossCurve.All)
        {
            var at = curve.At(Shown);
            curves.Add([curve.Title, .. at.Select(p => Format.Text($"{p.Value:0.000}"))]);
            curves.Add(["", .. at.Select(p => Format.Text($"{p.Derivative:0.000}"))]);
        }

        curves.Print(terminal);

        terminal.Heading(Format.Text($"{table.Count:N0} predictions measured: {table.Source}"));
        JsonArray measured = Measure(table, terminal);

        string path = run.File("curves.svg");
        Draw(path);
        terminal.Heading("Result");
        terminal.Fact("losses", Format.Text($"{LossCurve.All.Count}"));
        terminal.Files("figures", path);
        run.Result["losses"] = measured;
        run.Result["figures"] = new JsonArray(path);
        return Task.CompletedTask;
    }

    /// <summary>Four good predictions and a bad one: what the losses differ in.</summary>
    private static RegressionTable Example() =>
        new("four good ones and a bad one", ["prediction"], "target", [[1.1], [1.8], [3.2], [4.0], [5.0]], [1, 2, 3, 4, 9]);

    private static JsonArray Measure(RegressionTable table, Terminal terminal)
    {
        double[] predictions = [.. table.Features.Select(row => row[0])];
        var result = new JsonArray();
        var printed = new TextTable("loss", "mean", "sum", "largest") { Names = 1 };
        foreach (LossCurve curve in LossCurve.All.Where(curve => Suits(curve.Loss, table.Labels)))
        {
            Loss loss = curve.Loss;
            double[] rows = LossCurve.Evaluate(loss, predictions, table.Labels, table.Count).Losses;
            double sum = rows.Sum();
            double mean = sum / loss.MeanDivisor(table.Count, 1);
            printed.Add(curve.Title, Cell(mean), Cell(sum), Cell(rows.Max()));
            result.Add(new JsonObject { ["name"] = loss.Name, ["mean"] = Format.Json(mean), ["sum"] = Format.Json(sum) });
        }

        printed.Print(terminal);
        return result;
    }

    private static string Cell(double value) => Math.Abs(value) < 1e9 ? Format.Text($"{value:#,0.0000}") : Format.Number(value);

    /// <summary>Cross-entropies are for targets that are probabilities, Poisson's loss is for counts.</summary>
    private static bool Suits(Loss loss, double[] targets) => loss.Link switch
    {
        OutputLink.Softmax => false,
        OutputLink.Sigmoid => targets.All(t => t is >= 0 and <= 1),
        OutputLink.Exponential => targets.All(t => t >= 0),
        _ => true,
    };

    private static void Draw(string path)
    {
        double[] outputs = [.. Enumerable.Range(0, CurvePoints).Select(i => -3 + (6.0 * i / (CurvePoints - 1)))];
        new PanelSheet(
            "Losses and their derivatives",
            "Each over one output of a network, for a fixed target",
            [.. LossCurve.All.Select(curve =>
            {
                var at = curve.At(outputs);
                return new Panel(curve.Loss.Name, curve.Output, [
                    new Series("loss", [.. outputs.Zip(at, (z, p) => (z, p.Value))], Theme.Blue),
                    new Series("derivative", [.. outputs.Zip(at, (z, p) => (z, p.Derivative))], Theme.Orange)]);
            })]).Save(path);
    }
}
