using System.Globalization;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Figures;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Shows a training while it runs, a row for each epoch above a moving bar, and keeps its losses for the figures.</summary>
/// <param name="terminal">Where to show; without a person at it, rows come as plain lines and the bar is left out.</param>
/// <param name="batchesPerLine">A line with the loss for every so many batches, or null for none.</param>
internal sealed class TrainingMonitor(Terminal terminal, int? batchesPerLine = null)
{
    private readonly List<(double X, double Y)> _batchLoss = [];
    private readonly List<(double X, double Y)> _validationLoss = [];
    private readonly List<EpochRecord> _epochs = [];
    private ProgressContext? _progress;
    private ProgressTask? _bar;
    private bool _headed;

    /// <summary>The training loss of each batch, before its update; X is the number of updates so far.</summary>
    public IReadOnlyList<(double X, double Y)> BatchLoss => _batchLoss;

    /// <summary>The validation loss after each epoch, over the number of updates so far; empty without validation.</summary>
    public IReadOnlyList<(double X, double Y)> ValidationLoss => _validationLoss;

    /// <summary>The training loss, smoothed over about a sixtieth of the run: calm, and not far behind the curve.</summary>
    public IReadOnlyList<(double X, double Y)> RunningMean => Series.Smooth(_batchLoss, 1 - (1 / Math.Clamp(_batchLoss.Count / 60.0, 3, 100)));

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    /// <summary>Runs a training under this monitor.</summary>
    /// <param name="epochs">Epochs of the training.</param>
    /// <param name="fit">Trains, with a trainer whose options call <see cref="OnBatch"/> and <see cref="OnEpoch"/>, and returns the model.</param>
    public T Watch<T>(int epochs, Func<T> fit)
    {
        if (!terminal.IsInteractive)
        {
            return fit();
        }

        return terminal.Console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 32 }, new PercentageColumn())
            .Start(context =>
            {
                _progress = context;
                _bar = context.AddTask("[grey]reading the images[/]", maxValue: epochs);
                return fit();
            });
    }

    /// <summary>Takes a batch.</summary>
    public void OnBatch(BatchProgress progress)
    {
        if (progress.Phase == TrainingPhase.Validation)
        {
            return;
        }

        _batchLoss.Add((_batchLoss.Count + 1, progress.Loss));
        if (_bar is not null)
        {
            _bar.Value = progress.Epoch - 1 + ((double)progress.Batch / progress.Batches);
            _bar.Description = Text($"epoch {progress.Epoch,2}/{progress.Epochs}  loss {progress.Loss,-7:0.0000} {progress.RowsPerSecond,9:N0} rows/s");
        }

        if (batchesPerLine is { } every && progress.Batch % every == 0)
        {
            terminal.Line(Text($"  epoch {progress.Epoch}  batch {progress.Batch,4}/{progress.Batches}  loss {progress.Loss:0.00000}"));
        }
    }

    /// <summary>Takes a finished epoch.</summary>
    public void OnEpoch(EpochRecord epoch)
    {
        _epochs.Add(epoch);
        ShowRow(epoch);
        _progress?.Refresh();
    }

    private void ShowRow(EpochRecord epoch)
    {
        bool validated = !double.IsNaN(epoch.ValidationLoss);
        if (validated)
        {
            _validationLoss.Add((_batchLoss.Count, epoch.ValidationLoss));
        }

        if (batchesPerLine is not null)
        {
            terminal.Line(Text($"  epoch {epoch.Epoch}  [bold]finished in {epoch.Seconds:0.00} s: mean loss {epoch.TrainingLoss:0.00000}, training accuracy {epoch.TrainingMetric:0.0000}[/]"));
            return;
        }

        if (!_headed)
        {
            terminal.Line($"[grey]  epoch  training loss  accuracy{(validated ? "  validation loss  accuracy" : "")}  seconds[/]");
            _headed = true;
        }

        string validation = validated ? Text($"  {epoch.ValidationLoss,15:0.0000}  {epoch.ValidationMetric,8:0.0000}") : "";
        terminal.Line(Text($"  {epoch.Epoch,5}  {epoch.TrainingLoss,13:0.0000}  {epoch.TrainingMetric,8:0.0000}{validation}  {epoch.Seconds,7:0.00}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
