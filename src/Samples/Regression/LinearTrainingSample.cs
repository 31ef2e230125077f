using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>
/// What the samples of linear descent share. Without a file they learn one weight, y = w·x, from (1, 2), (2, 4), (3, 6), starting at w = 1; with one, weights and a bias for
/// its columns, which an ML.NET pipeline scales first.
/// </summary>
internal abstract class LinearTrainingSample : Sample
{
    private const double OwnRate = 0.01;
    private const double NewX = 4;
    private const double LargestFileRate = 0.1;

    private readonly TableArguments _table = new();
    private readonly Option<int> _epochs = SampleOptions.WholeNumber("--epochs", "Passes over the rows.", 1, 100);
    private readonly Option<double?> _rate;

    protected LinearTrainingSample() =>
        _rate = SampleOptions.OptionalPositiveNumber("--rate", Format.Text($"Learning rate. [default: {OwnRate}; for a file, whose columns are scaled, {FileRate}{(FileRate < LargestFileRate ? ", or more for few rows" : "")}]"));

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for figures.", "loss.svg", "fit.svg", "descent.svg");

    public override IEnumerable<Option> Options => [.. _table.Options, _epochs, _rate, .. MoreOptions, Output.Option];

    /// <summary>The heading.</summary>
    protected abstract string Title { get; }

    /// <summary>The learning rate for scaled columns; few rows, which make few steps, get a larger one.</summary>
    protected abstract double FileRate { get; }

    /// <summary>Options of this sample alone.</summary>
    protected virtual IEnumerable<Option> MoreOptions => [];

    /// <summary>Whether the rows come in a random order, so that the loss is noisy and its weighted mean is drawn too.</summary>
    protected virtual bool IsNoisy(RegressionTable table) => false;

    /// <summary>How many steps an epoch has.</summary>
    protected abstract int StepsAnEpoch(SampleRun run, RegressionTable table);

    /// <summary>How rows make steps, in a few words.</summary>
    protected abstract string Steps(SampleRun run, RegressionTable table);

    /// <summary>Makes the trainer.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="run">The run.</param>
    /// <param name="table">The rows.</param>
    /// <param name="set">Sets the options that all linear trainers have.</param>
    protected abstract LinearTrainer Trainer(MLContext mlContext, SampleRun run, RegressionTable table, Action<LinearTrainerOptions> set);

    public override Task RunAsync(SampleRun run)
    {
        bool own = !_table.IsGiven(run);
        RegressionTable table = _table.Read(run, () => RegressionTable.ThreePoints);
        double rate = run.Value(_rate) ?? (own ? OwnRate : RateFor(run, table));
        int epochs = run.Value(_epochs);

        Terminal terminal = run.Terminal;
        terminal.Heading(Title);
        terminal.Fact("data", own ? table.Source : Format.Text($"{table.Source}: {Format.Count(table.Count, "row")}, {table.LabelName} from {Format.Count(table.Width, "column")}"));
        terminal.Fact("model", own ? "y = w·x, w = 1 at the start" : "weights and a bias; columns scaled to mean 0, deviation 1");
        terminal.Fact("training", Format.Text($"mean squared error; {Steps(run, table)}; rate {rate}"));

        var mlContext = new MLContext(seed: 1);
        LinearFit fit = LinearFit.Of(mlContext, table, Trainer(mlContext, run, table, Set), scale: !own);
        LinearModel model = own ? fit.Result.Model : fit.InUnits();
        double[] loss = [.. fit.Result.History.Epochs.Select(epoch => epoch.TrainingLoss)];

        var report = new LinearReport(run, fit, model, own);
        terminal.Heading("Training");
        report.PrintEpochs();
        report.PrintCharts();
        string[] figures = Draw(run, report, loss, rate, own);

        terminal.Heading("Result");
        report.PrintModel();
        double before = own ? fit.Result.Path[0].Predict([NewX]) : 0;
        double after = own ? model.Predict([NewX]) : fit.Predictions()[0];
        if (own)
        {
            terminal.Fact("prediction at 4", Format.Text($"{before} before, {after} after"));
        }

        terminal.Fact("time", Format.Text($"{Format.Count(epochs, "epoch")} in {1e3 * fit.Seconds:0.0} ms"));
        terminal.Files("figures", figures);

        JsonObject result = run.Result;
        result["w"] = model.Weights.Length == 1 ? model.Weights[0] : Format.Array(model.Weights.ToArray());
        result["b"] = model.Bias;
        result["predictionBefore"] = before;
        result["predictionAfter"] = after;
        result["loss"] = Format.Array(loss);
        result["figures"] = new JsonArray([.. figures.Select(figure => JsonValue.Create(figure))]);
        return Task.CompletedTask;

        void Set(LinearTrainerOptions options)
        {
            options.FeatureScaling = FeatureScaling.None;
            options.LearningRate = rate;
            options.NumberOfEpochs = epochs;
            options.FitIntercept = !own;
            options.InitialWeights = own ? [1] : null;
            options.RecordPath = true;
            options.Seed = 1;
            options.CancellationToken = run.CancellationToken;
        }
    }

    /// <summary>A rate that ends a descent of 100 epochs; no larger than what a row of average length allows four times over.</summary>
    private double RateFor(SampleRun run, RegressionTable table)
    {
        double largest = Math.Clamp(0.25 / (1 + table.Width), FileRate, LargestFileRate);
        return Math.Round(Math.Clamp(0.05 / StepsAnEpoch(run, table), FileRate, largest), 4);
    }

    private string[] Draw(SampleRun run, LinearReport report, double[] loss, double rate, bool own)
    {
        string settings = Format.Text($"{report.Fit.Table.Source} · mean squared error · {Steps(run, report.Fit.Table)} · rate {rate}");
        List<string> paths = [run.File("loss.svg"), run.File("fit.svg")];
        report.SaveLoss(paths[0], settings, IsNoisy(report.Fit.Table));
        report.SaveFit(paths[1], settings);
        if (own)
        {
            paths.Add(run.File("descent.svg"));
            report.SaveDescent(paths[2], settings);
        }

        return [.. paths];
    }
}
