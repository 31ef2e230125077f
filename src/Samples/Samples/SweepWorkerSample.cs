using System.CommandLine;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Sweeping;
using MLNet.GradientTrainers.Samples.Tabular;
using MLNet.GradientTrainers.Sweeps;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>A worker of <see cref="SweepCoordinatorSample"/>: trains trials until the sweep is over. What is learned the coordinator tells; only where the rows are on this machine is said here.</summary>
internal sealed class SweepWorkerSample : Sample
{
    public const string Command = "sweep-worker";

    private readonly ClusterArguments _cluster = new("the one by which this machine reaches HOST");
    private readonly CsvLimitArguments _limits = new();
    private readonly Option<string> _coordinator = new("--coordinator") { Description = "The coordinator's machine, by its name or address.", HelpName = "HOST", Required = true };
    private readonly Option<string?> _data = SampleOptions.Text("--data", "DIR", "Folder with the four files of MNIST, where the sweep is over those.");
    private readonly Option<string?> _csv = SampleOptions.Text("--csv", "FILE", "This machine's copy of the table, where the sweep is over one.");
    private readonly Option<int> _atOnce = SampleOptions.WholeNumber("--trials-at-once", "Trials that this worker trains at once; they share the threads.", 1, 1);
    private readonly Option<int?> _threads = SampleOptions.OptionalWholeNumber("--threads", "Threads of all its trials together. [default: all cores]", 1);
    private readonly Option<string?> _checkpoints = SampleOptions.Text("--checkpoints", "DIR", "A folder that all workers share, for the checkpoints of trials. [default: the database]");

    public override string Name => Command;

    public override string Summary => "Train trials for a sweep-coordinator, on this machine or another one.";

    public override TimeSpan Patience => SweepEnding.Patience;

    public override IEnumerable<Option> Options => [_coordinator, _data, _csv, _atOnce, _threads, _checkpoints, .. _cluster.Options, .. _limits.Options];

    public override async Task RunAsync(SampleRun run)
    {
        string host = run.Value(_coordinator);
        var terminal = run.Terminal;
        var options = new SweepWorkerOptions
        {
            Database = _cluster.Database(run, host), Name = _cluster.Name(run), Address = _cluster.Address(run, host), Port = _cluster.Port(run),
            TrialsAtOnce = run.Value(_atOnce), CheckpointFolder = run.Value(_checkpoints), OnEvent = line => terminal.Line(Markup.Escape("  " + Excerpt.Of(line, Excerpt.MessageLength))),
        };
        terminal.Heading("A worker of a sweep");
        terminal.Fact("worker", $"{options.WorkerName} at {options.Address}");
        terminal.Fact("sweep", $"'{options.Name}' of {host}");
        var result = await Task.Run(() => Work(run, options));
        terminal.Fact("finished here", Format.Count(result.Trials.Count, "trial"));
        run.Result["trials"] = new System.Text.Json.Nodes.JsonArray([.. result.Trials.Select(trial => (System.Text.Json.Nodes.JsonNode)trial.Number)]);

        // What it had in hand is handed back; the exit code tells that it was cut short.
        run.CancellationToken.ThrowIfCancellationRequested();
    }

    private SweepResult Work(SampleRun run, SweepWorkerOptions options)
    {
        var choice = SweepChoice.Read(options.ReadSettings(run.CancellationToken));
        var rows = SweepRows.Of(run.Value(_data), run.Value(_csv), _limits.Of(run));
        string? missing = choice.Kind switch
        {
            SweepKind.Mnist when rows.Folder is null => "images of MNIST. Give the folder of this machine's copy with --data DIR",
            SweepKind.Table when rows.Table is null => "a table. Give this machine's copy with --csv FILE",
            SweepKind.Digits when rows.Folder is not null || rows.Table is not null => "the digits that come with the program. Leave --data and --csv out",
            _ => null,
        };
        if (missing is not null)
        {
            throw new SampleException($"The coordinator's sweep is over {missing}.");
        }

        var mlContext = new MLContext(choice.Seed);
        SweepTask task = choice.TaskOf(mlContext, rows, run.CancellationToken);
        run.Terminal.Fact("data", task.Data);
        var sweep = mlContext.GradientSweep().Of(task.Trainer).Seed(choice.Seed).Work(options);
        sweep = task.Transforms is { } transforms ? sweep.After(transforms) : sweep;
        sweep = run.Value(_threads) is { } threads ? sweep.Threads(threads) : sweep;
        return task.Run(sweep, run.CancellationToken);
    }
}
