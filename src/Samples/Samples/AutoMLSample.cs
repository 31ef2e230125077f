using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Sweeping;
using MLNet.GradientTrainers.Samples.Tabular;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>
/// A sweep over optimizers, learning rates, schedules and architectures of a perceptron: on the digits that come with the program, on MNIST, or on the user's own table. Hopeless trials are pruned; a
/// journal lets an interrupted sweep go on.
/// </summary>
internal sealed class AutoMLSample : Sample
{
    private const string Journal = "journal.jsonl";
    private const string Report = "report.html";
    private const string Model = "model.zip";

    /// <summary>Longer than anybody waits, and what a timer can hold.</summary>
    private const int MostSeconds = 4_000_000;

    private readonly TableArguments _table = new();
    private readonly Option<string?> _data = SampleOptions.Text("--data", "DIR", "Folder with the four files of MNIST; its first 12,000 images are used. [default: the digits that come with the program]");
    private readonly Option<string> _predict = SampleOptions.Choice("--predict", "What the label of a file is; auto: a number where it has fractions or more than 20 values.", "auto", "class", "number");
    private readonly Option<int?> _trials = SampleOptions.OptionalWholeNumber("--trials", "Trials, those before a --resume included. [default: 30, or as many as there is --time for]", 1);
    private readonly Option<int?> _time = SampleOptions.OptionalWholeNumber("--time", "Seconds after which the sweep ends. [default: none]", 1);
    private readonly Option<int> _parallel = SampleOptions.WholeNumber("--parallel", "Trials at once; they share the threads.", 1, 1);
    private readonly Option<int?> _threads = SampleOptions.OptionalWholeNumber("--threads", "Threads of all trials together. [default: all cores]", 1);
    private readonly Option<ComputeDevice?> _device = SampleOptions.Device("--device", "Where to train; trials at once share a GPU. [default: cpu]");
    private readonly Option<int?> _epochs = SampleOptions.OptionalWholeNumber("--epochs", "Passes over the data of a trial that is not pruned. [default: 12 for images; for a file what its rows suggest]", 1);
    private readonly Option<int> _seed = SampleOptions.WholeNumber("--seed", "Decides proposals, initial weights and which rows validate.", 0, 1);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the journal in --out; the other options must be as before, except for --trials, --time, --parallel and --threads." };

    public override string Name => "automl";

    public override string Summary => "Search optimizer, learning rate, schedule and architecture, on the digits or on your own CSV file.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for report, model and journal.", Model, Report, Journal);

    public override IEnumerable<Option> Options => [_data, .. _table.Options, _predict, _trials, _time, _parallel, _threads, _device, _epochs, _seed, _resume, Output.Option];

    public override async Task RunAsync(SampleRun run)
    {
        var mlContext = new MLContext(run.Value(_seed));
        SweepTask task = TaskOf(run, mlContext);
        string journal = PrepareJournal(run);
        int? trials = run.Value(_trials) ?? (run.Value(_time) is null ? 30 : null);
        var monitor = new SweepMonitor(run.Terminal, task.Trainer.Space, task.Trainer.Metric, trials);
        var pruner = new SuccessiveHalving();
        var sweep = mlContext.GradientSweep().Of(task.Trainer).Pruning(pruner).Seed(run.Value(_seed)).Parallel(run.Value(_parallel))
            .Journal(journal, resume: run.Value(_resume)).Progress(monitor.OnStep);
        sweep = task.Transforms is { } transforms ? sweep.After(transforms) : sweep;
        sweep = trials is { } number ? sweep.Trials(number) : sweep;
        sweep = run.Value(_time) is { } seconds ? sweep.Time(TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds))) : sweep;
        sweep = run.Value(_threads) is { } threads ? sweep.Threads(threads) : sweep;

        Terminal terminal = run.Terminal;
        terminal.Heading("A sweep over settings");
        terminal.Fact("data", task.Data);
        terminal.Fact("trainer", $"{task.Trainer.Name}; the first trial has its defaults");
        terminal.Fact("searched", string.Join(", ", task.Trainer.Space.Parameters.Select(parameter => parameter.Name)));
        terminal.Fact("pruning", pruner.Name);

        terminal.Heading("Trials");
        SweepResult result = await monitor.WatchAsync(() => task.Run(sweep, run.CancellationToken));
        if (result.Trials.Count == 0)
        {
            // Cancelled while rows were read: what an earlier run has saved stays.
            run.CancellationToken.ThrowIfCancellationRequested();
        }

        Finish(run, mlContext, task, result, journal);

        // All is saved; the exit code tells that it was cut short.
        run.CancellationToken.ThrowIfCancellationRequested();
    }

    private SweepTask TaskOf(SampleRun run, MLContext mlContext)
    {
        var device = run.Value(_device) ?? ComputeDevice.Cpu;
        if (_table.Open(run) is not { } table)
        {
            return ImageTask.Of(mlContext, run.Value(_data), run.Value(_epochs), device, run.Value(_seed));
        }

        return run.Value(_data) is null
            ? TableTask.Of(mlContext, table.Path, table.File, table.Label, table.Features, run.Value(_predict), run.Value(_epochs), device, run.Value(_seed), run.CancellationToken)
            : throw new SampleException("--data names a folder of images and --csv a table, but a sweep is over one of them. Leave one out.");
    }

    /// <summary>The journal's path. One of before that is not gone on with is kept beside it.</summary>
    private string PrepareJournal(SampleRun run)
    {
        string path = run.File(Journal);
        bool exists = File.Exists(path);
        if (run.Value(_resume))
        {
            return exists ? path : throw new SampleException($"There is no journal '{path}' to go on with. Name the folder of the sweep with --out DIR, or leave --resume out to begin a new one.");
        }

        if (exists)
        {
            File.Move(path, path + ".old", overwrite: true);
            run.Terminal.Fact("earlier journal", $"kept as {Path.GetFileName(path)}.old");
        }

        return path;
    }

    private static void Finish(SampleRun run, MLContext mlContext, SweepTask task, SweepResult result, string journal)
    {
        // Not through run.File: what was found is saved also after Ctrl+C.
        string report = run.Files!.Path(Report);
        SweepReport.Write(report, result, $"A sweep over {task.Name}");
        Terminal terminal = run.Terminal;
        JsonObject json = run.Result;
        json["metric"] = result.Metric.Name;
        json["end"] = result.End.ToString();
        json["seconds"] = result.Duration.TotalSeconds;
        json["epochs"] = result.EpochsTrained;
        json["leaderboard"] = new JsonArray([.. result.Leaderboard.Select((trial, i) => Row(trial, i + 1))]);
        json["reportPath"] = report;
        json["journalPath"] = journal;

        terminal.Heading("Result");
        if (result.Best is not { } best)
        {
            terminal.Files("report", report);
            run.CancellationToken.ThrowIfCancellationRequested();
            throw new SampleException(result.Trials.FirstOrDefault(trial => trial.State == TrialState.Failed) is { } failed
                ? $"No trial was completed. Trial {failed.Number} failed: {failed.Reason}{(result.End == SweepEnd.SameFailure ? Format.Text($" So did all others, and the sweep ended after {result.Trials.Count}.") : "")}"
                : "No trial was completed. Allow more with --time S, or go on with --resume.");
        }

        string path = run.Files.Path(Model);
        mlContext.Model.SaveAtomically(result.Model, task.Train.Schema, path);
        json["modelPath"] = path;
        json["bestTrial"] = best.Number;
        json["bestScore"] = best.Score;
        terminal.Fact("best", Format.Text($"trial {best.Number} of {result.Trials.Count}: validation {result.Metric.Name} {Format.Number(best.Score!.Value, 4)}"));
        if (result.BestReason is { } reason)
        {
            json["bestReason"] = reason;
            terminal.Fact("why this one", reason);
        }

        terminal.Fact("settings", best.Values.Count == 0 ? "the trainer's defaults" : best.Values.ToString());
        terminal.Fact("training", Format.Text($"{Format.Count(result.EpochsTrained, "epoch")} in {result.Duration.TotalSeconds:0.0} s; trials pruned: {result.Trials.Count(trial => trial.State == TrialState.Pruned)}, failed: {result.Trials.Count(trial => trial.State == TrialState.Failed)}"));
        if (!run.CancellationToken.IsCancellationRequested)
        {
            double test = result.Metric.Evaluate(mlContext, result.Model.Transform(task.Test));
            terminal.Fact("test", Format.Text($"{result.Metric.Name} {Format.Number(test, 4)} on rows that no trial saw"));
            json["testScore"] = Format.Json(test);
        }

        terminal.Files("report", report);
        terminal.Files("model", path);
        terminal.Files("journal", journal);
        if (run.CancellationToken.IsCancellationRequested)
        {
            terminal.Fact("to go on", "the same command with --resume");
        }
    }

    private static JsonObject Row(Trial trial, int place) => new()
    {
        ["place"] = place,
        ["trial"] = trial.Number,
        ["state"] = trial.State.ToString(),
        ["score"] = trial.Score,
        ["epochs"] = trial.EpochsTrained,
        ["seconds"] = trial.Duration.TotalSeconds,
        ["values"] = JsonNode.Parse(trial.Values.ToJson()),
        ["reason"] = trial.Reason,
    };
}
