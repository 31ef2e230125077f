using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>
/// Linear regression of a CSV file as it is, without scaling: full-batch descent beside the closed form. The figures come from the engine in double; the
/// same descent as an ML.NET trainer, whose columns are in single precision, stands beside them.
/// </summary>
internal sealed class LinearCsvSample : Sample
{
    private const double OwnRate = 1e-4;

    private readonly TableArguments _table = new();
    private readonly Option<int> _epochs = SampleOptions.WholeNumber("--epochs", "Steps; each sees all rows.", 1, 1000);
    private readonly Option<double?> _rate = SampleOptions.OptionalPositiveNumber("--rate", $"Learning rate. [default: {Format.Number(OwnRate)}; for a file what its curvature allows]");

    public override string Name => "linear-csv";

    public override string Summary => "Linear regression of a CSV file by descent and in closed form, with the path on the error's surface.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for figures and model.", "model.zip", "loss.svg", "fit.svg", "surface.svg");

    public override IEnumerable<Option> Options => [.. _table.Options, _epochs, _rate, Output.Option];

    public override Task RunAsync(SampleRun run)
    {
        RegressionTable table = _table.Read(run, Own);
        var data = new LinearData([.. table.Features.SelectMany(row => row)], table.Width, table.Labels);
        var options = new LinearOptions { NumberOfEpochs = run.Value(_epochs), RecordPath = true, CancellationToken = run.CancellationToken };
        double rate = run.Value(_rate) ?? (_table.IsGiven(run) ? Rounded(new LinearRegression(options).EstimateLearningRate(data).Recommended) : OwnRate);
        var regression = new LinearRegression(options with { Optimizer = new Sgd { LearningRate = rate } });

        Terminal terminal = run.Terminal;
        terminal.Heading("Linear regression of a CSV file");
        terminal.Fact("data", Format.Text($"{table.Source}: {Format.Count(table.Count, "row")}, {table.LabelName} from {(table.Width > 3 ? $"{table.Width} columns" : string.Join(", ", table.FeatureNames))}"));
        terminal.Fact("training", Format.Text($"mean squared error; {Format.Count(options.NumberOfEpochs ?? 0, "step")} over all rows; rate {Format.Number(rate)}"));

        long started = Stopwatch.GetTimestamp();
        LinearResult result = Train(regression, data);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        LinearModel? closed = LeastSquares.Solve(table);

        var report = new LinearCsvReport(run, table, result, closed);
        terminal.Heading("Training");
        report.PrintSteps();
        report.PrintCharts();

        string model = run.File("model.zip");
        LinearModel pipeline = ThroughMLNet(table, run.Value(_epochs), rate, model, run.CancellationToken);
        List<string> figures = [run.File("loss.svg"), run.File("fit.svg")];
        string settings = Format.Text($"{table.Source} · {Format.Count(options.NumberOfEpochs ?? 0, "step")} over all rows · rate {Format.Number(rate)}");
        report.SaveLoss(figures[0], settings);
        report.SaveFit(figures[1], settings);
        if (table.Width == 1)
        {
            figures.Add(run.File("surface.svg"));
            report.SaveSurface(figures[2], settings);
        }

        terminal.Heading("Result");
        report.PrintModels(("descent", result.Model), ("the same in ML.NET", pipeline), ("closed form", closed));
        terminal.Fact("R²", LinearReport.RSquared(table, result.Model));
        report.PrintDistance();
        terminal.Fact("time", Format.Text($"{1e3 * seconds:0.00} ms for {Format.Count(options.NumberOfEpochs ?? 0, "step")}"));
        terminal.Files("model", model);
        terminal.Files("figures", figures);

        report.Add(run.Result);
        run.Result["modelPath"] = model;
        run.Result["figures"] = new JsonArray([.. figures.Select(figure => JsonValue.Create(figure))]);
        return Task.CompletedTask;
    }

    private static RegressionTable Own()
    {
        var file = CsvFile.Open(Path.Combine(AppContext.BaseDirectory, "data", "linear.csv"), CsvHeader.No);
        return new RegressionTable("data/linear.csv", ["x"], "y", [.. file.Numbers(0).Select(x => new[] { x })], file.Numbers(1));
    }

    private static LinearResult Train(LinearRegression regression, LinearData data)
    {
        try
        {
            return regression.Run(data);
        }
        catch (DivergenceException e) when (e.SuggestedLearningRate is { } usable)
        {
            throw new SampleException(Format.Text($"{e.Message} Here: --rate {usable:G2}"));
        }
    }

    /// <summary>The same descent by an ML.NET trainer; the model is saved as any ML.NET model.</summary>
    private static LinearModel ThroughMLNet(RegressionTable table, int epochs, double rate, string path, CancellationToken cancellation)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Load(table);
        var model = mlContext.Regression.Trainers.GradientDescent(new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.None, LearningRate = rate, NumberOfEpochs = epochs, CancellationToken = cancellation }).Fit(rows);
        mlContext.Model.SaveAtomically(model, rows.Schema, path);
        return model.GetTrainingResult()!.Model;
    }

    /// <summary>Two digits, downwards: no less safe, and easier to type.</summary>
    private static double Rounded(double rate)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rate)) - 1);
        return double.IsFinite(power) && power > 0 ? Math.Floor(rate / power) * power : OwnRate;
    }
}
