using System.CommandLine;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Sweeping;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>The sweep of <see cref="AutoMLSample"/>, whose trials workers train, on this machine or others: proposes, prunes, and keeps the books in a database.</summary>
internal sealed class SweepCoordinatorSample : Sample
{
    private const string Report = "report.html";
    private const string Model = "model.zip";
    private const string Loopback = "127.0.0.1";

    /// <summary>Longer than anybody waits, and what a timer can hold.</summary>
    private const int MostSeconds = 4_000_000;

    private readonly SweepArguments _task = new();
    private readonly ClusterArguments _cluster = new($"{Loopback}, for workers of this machine");
    private readonly Option<int?> _trials = SampleOptions.OptionalWholeNumber("--trials", "Trials, those before a --resume included. [default: 30, or as many as there is --time for]", 1);
    private readonly Option<int?> _time = SampleOptions.OptionalWholeNumber("--time", "Seconds after which the sweep ends. [default: none]", 1);
    private readonly Option<int> _parallel = SampleOptions.WholeNumber("--parallel", "Trials at once, whatever the number of workers: the same seed and number give the same sweep.", 1, 4);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the sweep of this name, if the database has one; the other options must be as before, except for --trials, --time and --parallel. Without it, one of before is kept as NAME.old." };

    public override string Name => "sweep-coordinator";

    public override string Summary => "Search settings as automl does, with workers on many machines.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for report and model.", Model, Report);

    public override TimeSpan Patience => SweepEnding.Patience;

    public override IEnumerable<Option> Options => [.. _task.OfData, _trials, _time, _parallel, .. _task.OfTraining, .. _cluster.Options, _resume, Output.Option];

    public override async Task RunAsync(SampleRun run)
    {
        SweepChoice choice = _task.Choice(run);
        var mlContext = new MLContext(choice.Seed);
        SweepTask task = choice.TaskOf(mlContext, _task.Rows(run), run.CancellationToken);
        int? trials = run.Value(_trials) ?? (run.Value(_time) is null ? 30 : null);
        string name = _cluster.Name(run);
        var address = _cluster.Address(run, Loopback);
        var monitor = new SweepMonitor(run.Terminal, task.Trainer.Space, task.Trainer.Metric, trials) { NoWorker = $"./run.sh {SweepWorkerSample.Command} --coordinator {address}" };
        var options = new SweepCoordinatorOptions
        {
            Database = _cluster.Database(run, Loopback), Name = name, Address = address, Port = _cluster.Port(run), Resume = run.Value(_resume), Settings = choice.ToJson(), OnWorkers = monitor.OnWorkers,
        };
        if (!options.Resume && options.SetAside())
        {
            run.Terminal.Fact("earlier sweep", $"kept as {name}.old");
        }

        var pruner = new SuccessiveHalving(reproducible: true);
        var sweep = mlContext.GradientSweep().Of(task.Trainer).Pruning(pruner).Seed(choice.Seed).Parallel(run.Value(_parallel)).Progress(monitor.OnStep).Coordinate(options);
        sweep = task.Transforms is { } transforms ? sweep.After(transforms) : sweep;
        sweep = trials is { } number ? sweep.Trials(number) : sweep;
        sweep = run.Value(_time) is { } seconds ? sweep.Time(TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds))) : sweep;

        SweepEnding.Begin(run.Terminal, task, pruner);
        if (!run.Terminal.IsInteractive)
        {
            run.Terminal.Fact("workers", monitor.NoWorker);
        }

        SweepResult result = await monitor.WatchAsync(() => task.Run(sweep, run.CancellationToken));
        if (result.Trials.Count == 0)
        {
            // Cancelled while rows were read: what an earlier run has saved stays.
            run.CancellationToken.ThrowIfCancellationRequested();
        }

        SweepEnding.Write(run, mlContext, task, result, Report, Model, terminal => terminal.Fact("journal", $"the sweep '{name}' in the database"));

        // All is saved; the exit code tells that it was cut short.
        run.CancellationToken.ThrowIfCancellationRequested();
    }
}
