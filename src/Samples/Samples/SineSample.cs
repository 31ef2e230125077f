using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Curves;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Fits y = a + b·x + c·x² + d·x³ to sin x on 2,000 points of [−π, π], or to two columns of a file, by three ways to descend.</summary>
internal sealed class SineSample : Sample
{
    private static readonly Dictionary<string, SineMethod> Methods = new()
    {
        ["manual"] = SineMethod.Manual,
        ["engine"] = SineMethod.Engine,
        ["rmsprop"] = SineMethod.RootMeanSquarePropagation,
    };

    private readonly TableArguments _table = new(features: "The column to predict from");
    private readonly Option<string> _method = SampleOptions.Choice("--method", "How to descend.", [.. Methods.Keys]);
    private readonly Option<int?> _epochs = SampleOptions.OptionalWholeNumber(
        "--epochs", $"Passes over the points. [default: {string.Join(", ", Methods.Select(m => $"{m.Value.DefaultEpochs} for {m.Key}"))}]", 1);

    private readonly Option<int> _seed = SampleOptions.WholeNumber("--seed", "Decides the start.", 0, 1);

    public override string Name => "sine";

    public override string Summary => "Fit a cubic through a sine, or your own points: the gradient by hand, by the engine, or with RMSprop.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for figures.", "fit.svg", "loss.svg");

    public override IEnumerable<Option> Options => [.. _table.Options, _method, _epochs, _seed, Output.Option];

    public override Task RunAsync(SampleRun run)
    {
        CubicData sine = CubicData.Sine();
        RegressionTable table = _table.Read(run, () => sine.Table, width: 1);
        CubicData data = _table.IsGiven(run) ? CubicData.Of(table) : sine;
        SineMethod method = Methods[run.Value(_method)];
        int epochs = run.Value(_epochs) ?? method.DefaultEpochs;

        Terminal terminal = run.Terminal;
        terminal.Heading(data.IsSine ? "A cubic through a sine" : "A cubic through points");
        terminal.Fact("model", "y = a + b·x + c·x² + d·x³");
        terminal.Fact("data", data.IsSine
            ? Format.Text($"sin x on {Format.Count(table.Count, "point")} from −π to π")
            : Format.Text($"{table.Source}: {Format.Count(table.Count, "row")}, {table.LabelName} from {table.FeatureNames[0]}, both scaled"));
        terminal.Fact("gradient", method.Gradient);
        terminal.Fact("training", method.Step(data.Rate));
        terminal.Fact("epochs", Format.Text($"{epochs:N0}"));

        SineFit fit = method.Run(data, epochs, run.Value(_seed), run.CancellationToken);
        var report = new SineReport(run, data, fit, epochs);
        terminal.Heading("Training");
        report.PrintEpochs();
        report.PrintCharts();

        string fitPath = run.File("fit.svg");
        string lossPath = run.File("loss.svg");
        report.SaveFit(fitPath);
        report.SaveLoss(lossPath, $"{method.Gradient} · {method.Step(data.Rate)}");

        terminal.Heading("Result");
        report.PrintResult();
        terminal.Files("figures", fitPath, lossPath);

        run.Result["method"] = run.Value(_method);
        report.Add(run.Result);
        run.Result["figures"] = new JsonArray(fitPath, lossPath);
        return Task.CompletedTask;
    }
}
