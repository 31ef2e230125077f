using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Sweeps;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>Shows a sweep while it runs: to a person a table of its trials, drawn anew some times a second; else a line for each finished trial.</summary>
/// <param name="terminal">Where to show.</param>
/// <param name="space">The space.</param>
/// <param name="metric">The metric.</param>
/// <param name="trials">The trials that are wanted; null for as many as there is time for.</param>
internal sealed class SweepMonitor(Terminal terminal, SearchSpace space, SweepMetric metric, int? trials)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Lines of the terminal that the table leaves to what is round it.</summary>
    private const int OtherLines = 9;

    /// <summary>The columns before the settings, and their characters.</summary>
    private static readonly (string Heading, int Width)[] Columns = [("trial", 5), ("state", 11), ("epochs", 6), ("latest", 8), ("score", 8), ("s", 6)];

    /// <summary>Characters that the columns before the settings and all that parts them take.</summary>
    private static readonly int OtherColumns = Columns.Sum(column => column.Width) + (3 * Columns.Length) + 4;

    private const int PlainWidth = 80;

    /// <summary>Lines of the table of workers beside its rows.</summary>
    private const int WorkerLines = 4;

    private static readonly (string Heading, int Width)[] WorkerColumns = [("worker", 24), ("address", 21), ("does", 14), ("finished", 8)];

    private volatile SweepProgress? _latest;
    private volatile IReadOnlyList<SweepWorker>? _workers;
    private readonly Dictionary<string, SweepWorkerState> _known = new(StringComparer.Ordinal);

    /// <summary>What to tell while a sweep over many machines has no worker; null for a sweep in this process.</summary>
    public string? NoWorker { get; init; }

    /// <summary>Takes how the workers are.</summary>
    public void OnWorkers(IReadOnlyList<SweepWorker> workers)
    {
        _workers = workers;
        foreach (var worker in workers)
        {
            if (!_known.TryGetValue(worker.Name, out var before) || before != worker.State)
            {
                _known[worker.Name] = worker.State;
                if (!terminal.IsInteractive)
                {
                    terminal.Line(Markup.Escape(Format.Text($"  worker {Excerpt.Name(worker.Name)} at {worker.Address}: {Word(worker.State)}")));
                }
            }
        }
    }

    /// <summary>Takes a step of the sweep.</summary>
    public void OnStep(SweepProgress step)
    {
        _latest = step;
        if (!terminal.IsInteractive && step.Event == SweepEvent.TrialFinished)
        {
            Trial trial = step.Trial;
            string line = Format.Text($"  trial {trial.Number,3}  {State(trial.State),-11} {Score(trial),8} {trial.EpochsTrained,4} {(trial.EpochsTrained == 1 ? "epoch " : "epochs")} {trial.Duration.TotalSeconds,6:0.0} s  ");
            terminal.Line(Markup.Escape(line + Excerpt.Name(Settings(trial.Values), PlainWidth - line.Length - 1)));
        }
    }

    /// <summary>Runs a sweep under this monitor.</summary>
    public async Task<SweepResult> WatchAsync(Func<SweepResult> run)
    {
        var sweep = Task.Run(run);
        if (terminal.IsInteractive)
        {
            await terminal.Console.Live(new Text("  The rows are being read ...")).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
            {
                bool isOver = false;
                while (!isOver)
                {
                    isOver = await Task.WhenAny(sweep, Task.Delay(Interval)) == sweep;
                    if (_latest is { } step)
                    {
                        live.UpdateTarget(NoWorker is null ? Draw(step, 0) : new Rows(DrawWorkers(), Draw(step, Math.Max(1, _workers?.Count ?? 0) + WorkerLines)));
                    }
                }
            });
        }

        return await sweep;
    }

    private int SettingsWidth => Math.Max(12, terminal.Width - OtherColumns);

    private Table DrawWorkers()
    {
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (var (heading, width) in WorkerColumns)
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]") { NoWrap = true, Width = width, Alignment = heading is "finished" ? Justify.Right : Justify.Left });
        }

        foreach (var worker in _workers ?? [])
        {
            string color = worker.State switch { SweepWorkerState.Joined => worker.Trials.Count > 0 ? "yellow" : "default", SweepWorkerState.Left => "grey", _ => "red" };
            string does = worker.State == SweepWorkerState.Joined ? worker.Trials.Count > 0 ? Format.Text($"trial {string.Join(", ", worker.Trials)}") : "waits" : Word(worker.State);
            string[] cells = [Excerpt.Name(worker.Name, WorkerColumns[0].Width), worker.Address, Excerpt.Name(does, WorkerColumns[2].Width), Format.Text($"{worker.Finished}")];
            table.AddRow([.. cells.Select(cell => new Markup($"[{color}]{Markup.Escape(cell)}[/]"))]);
        }

        if (_workers is null or { Count: 0 })
        {
            table.AddEmptyRow();
            table.Caption = new TableTitle(Markup.Escape($"no worker yet: {NoWorker}"));
        }

        return table;
    }

    /// <param name="step">The latest step.</param>
    /// <param name="above">Lines above the table.</param>
    private Table Draw(SweepProgress step, int above)
    {
        int room = Math.Max(3, terminal.Console.Profile.Height - OtherLines - above);
        var running = step.Trials.Where(trial => trial.State == TrialState.Running).ToArray();
        var ranked = new SweepResult { Space = space, Metric = metric, Trials = step.Trials, End = SweepEnd.TrialsDone }.Leaderboard.Where(trial => trial.State != TrialState.Running).ToArray();
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        foreach (var (heading, width) in Columns.Append(("settings", SettingsWidth)))
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]") { NoWrap = true, Width = width, Alignment = heading is "state" or "settings" ? Justify.Left : Justify.Right });
        }

        foreach (var trial in running.Concat(ranked).Take(room))
        {
            table.AddRow([.. Cells(trial, step.Best?.Number == trial.Number).Select(cell => new Markup(cell))]);
        }

        int left = step.Trials.Count - room;
        string best = step.Best is { } known ? $"best {metric.Name} {Score(known)}, trial {known.Number}" : "no trial finished yet";
        int done = step.Trials.Count(trial => trial.IsFinished);
        table.Caption = new TableTitle(Markup.Escape(Format.Text(
            $"{(left > 0 ? $"{left} more · " : "")}{(trials is { } wanted ? $"{done} of {Format.Count(wanted, "trial")}" : Format.Count(done, "trial"))} · {best} · {step.Elapsed:mm\\:ss} · Ctrl+C keeps the best")));
        return table;
    }

    private IEnumerable<string> Cells(Trial trial, bool isBest)
    {
        string color = isBest ? "bold darkorange" : trial.State switch { TrialState.Running => "yellow", TrialState.Completed => "default", TrialState.Failed => "red", _ => "grey" };
        double latest = trial.Epochs.Count == 0 ? double.NaN : metric.OfEpoch(trial.Epochs[^1]);
        string[] cells =
        [
            Format.Text($"{trial.Number}"), Waits(trial) ? "waits" : State(trial.State), Format.Text($"{trial.EpochsTrained}"), double.IsFinite(latest) ? Format.Number(latest, 4) : "", Score(trial),
            trial.State == TrialState.Running ? "" : Format.Text($"{trial.Duration.TotalSeconds:0.0}"), Excerpt.Name(trial.State == TrialState.Failed ? trial.Reason : Settings(trial.Values), SettingsWidth - 1),
        ];
        return cells.Select(cell => $"[{color}]{Markup.Escape(cell)}[/]");
    }

    /// <summary>Whether a trial waits for a worker.</summary>
    private bool Waits(Trial trial) => NoWorker is not null && trial.State == TrialState.Running && _workers?.Any(worker => worker.Trials.Contains(trial.Number)) != true;

    private static string Word(SweepWorkerState state) => state.ToString().ToLowerInvariant();

    private static string Score(Trial trial) => trial.Score is { } score ? Format.Number(score, 4) : "";

    private static string State(TrialState state) => state switch
    {
        TrialState.Completed => "finished",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>Values in few words: options by their labels, numbers by the last part of their names.</summary>
    private static string Settings(ParameterValues values) => values.Count == 0 ? "the trainer's defaults" : string.Join(", ", values.Select(pair => pair.Value switch
    {
        ChoiceOption { Value: not bool } option => option.Label,
        double real => $"{Last(pair.Key)} {Format.Number(real, 3)}",
        var other => Format.Text($"{Last(pair.Key)} {other}"),
    }));

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
}
