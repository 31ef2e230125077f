using System.CommandLine;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Sweeping;
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

    private readonly SweepArguments _task = new();
    private readonly Option<int?> _trials = SampleOptions.OptionalWholeNumber("--trials", "Trials, those before a --resume included. [default: 30, or as many as there is --time for]", 1);
    private readonly Option<int?> _time = SampleOptions.OptionalWholeNumber("--time", "Seconds after which the sweep ends. [default: none]", 1);
    private readonly Option<int> _parallel = SampleOptions.WholeNumber("--parallel", "Trials at once; they share the threads.", 1, 1);
    private readonly Option<int?> _threads = SampleOptions.OptionalWholeNumber("--threads", "Threads of all trials together. [default: all cores]", 1);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the journal in --out; the other options must be as before, except for --trials, --time, --parallel and --threads." };

    public override string Name => "automl";

    public override string Summary => "Search optimizer, learning rate, schedule and architecture, on the digits or on your own CSV file.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for report, model and journal.", Model, Report, Journal);

    public override TimeSpan Patience => SweepEnding.Patience;

    public override IEnumerable<Option> Options => [.. _task.OfData, _trials, _time, _parallel, _threads, .. _task.OfTraining, _resume, Output.Option];

    public override async Task RunAsync(SampleRun run)
    {
        int seed = _task.Seed(run);
        var mlContext = new MLContext(seed);
        SweepTask task = _task.Choice(run).TaskOf(mlContext, _task.Rows(run), run.CancellationToken);
        string journal = PrepareJournal(run);
        int? trials = run.Value(_trials) ?? (run.Value(_time) is null ? 30 : null);
        var monitor = new SweepMonitor(run.Terminal, task.Trainer.Space, task.Trainer.Metric, trials);
        var pruner = new SuccessiveHalving();
        var sweep = mlContext.GradientSweep().Of(task.Trainer).Pruning(pruner).Seed(seed).Parallel(run.Value(_parallel))
            .Journal(journal, resume: run.Value(_resume)).Progress(monitor.OnStep);
        sweep = task.Transforms is { } transforms ? sweep.After(transforms) : sweep;
        sweep = trials is { } number ? sweep.Trials(number) : sweep;
        sweep = run.Value(_time) is { } seconds ? sweep.Time(TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds))) : sweep;
        sweep = run.Value(_threads) is { } threads ? sweep.Threads(threads) : sweep;

        SweepEnding.Begin(run.Terminal, task, pruner);
        SweepResult result = await monitor.WatchAsync(() => task.Run(sweep, run.CancellationToken));
        if (result.Trials.Count == 0)
        {
            // Cancelled while rows were read: what an earlier run has saved stays.
            run.CancellationToken.ThrowIfCancellationRequested();
        }

        run.Result["journalPath"] = journal;
        SweepEnding.Write(run, mlContext, task, result, Report, Model, terminal => terminal.Files("journal", journal));

        // All is saved; the exit code tells that it was cut short.
        run.CancellationToken.ThrowIfCancellationRequested();
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
}
