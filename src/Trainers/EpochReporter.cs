using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Tells each epoch to the user's callback, and at most a hundred of a run to ML.NET's channels: an epoch of a small model takes less time than a message.
/// </summary>
internal sealed class EpochReporter : IDisposable
{
    private const int MostMessages = 100;

    private readonly IChannel _channel;
    private readonly IProgressChannel _progress;
    private readonly Action<EpochRecord>? _onEpoch;
    private readonly string _metric;
    private readonly int _epochs;
    private readonly int _interval;
    private EpochRecord _last;

    public EpochReporter(FitContext context, DescentOptions options, Metric metric)
    {
        _channel = context.Channel;
        _progress = context.Host.StartProgressChannel("Training");
        _metric = metric.Name;
        _onEpoch = context.Shared is { IsFirst: false } ? null : options.OnEpoch;
        _epochs = options.NumberOfEpochs ?? 0;
        _interval = Math.Max(1, _epochs / MostMessages);
        _progress.SetHeader(
            new ProgressHeader(["loss", _metric, "validation loss", $"validation {_metric}"], ["epochs"]),
            entry =>
            {
                double?[] metrics = Metrics(_last);
                for (int i = 0; i < metrics.Length; i++)
                {
                    if (metrics[i] is { } value)
                    {
                        entry.SetMetric(i, value);
                    }
                }

                entry.SetProgress(0, _last.Epoch, _epochs);
            });
    }

    public void Report(EpochRecord record)
    {
        _last = record;
        if (record.Epoch % _interval == 0 || record.Epoch == _epochs)
        {
            _channel.Trace(MessageSensitivity.None, Describe(record));
        }

        _onEpoch?.Invoke(record);
    }

    /// <param name="history">The finished epochs.</param>
    /// <param name="bestEpoch">Number of the one whose weights the model has; 0 for none.</param>
    /// <param name="reason">Why the run ended.</param>
    public void Finish(TrainingHistory history, int bestEpoch, StopReason reason)
    {
        var best = history.Epochs.FirstOrDefault(e => e.Epoch == bestEpoch);
        double seconds = history.Epochs.Sum(e => e.Seconds);
        string summary = string.Create(CultureInfo.InvariantCulture, $"Trained {history.Epochs.Count} epoch{(history.Epochs.Count == 1 ? "" : "s")} in {seconds:F2} s ({reason}).");
        _channel.Info(MessageSensitivity.None, best.Epoch > 0 ? $"{summary} {Describe(best)}" : summary);

        // An MLContext keeps all checkpoints for as long as it lives, so that this is the only one.
        _progress.Checkpoint([.. Metrics(_last), _last.Epoch]);
    }

    public void Dispose() => _progress.Dispose();

    private string Describe(EpochRecord record)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"Epoch {record.Epoch}: loss {record.TrainingLoss:G6}");
        if (double.IsFinite(record.TrainingMetric))
        {
            text += string.Create(CultureInfo.InvariantCulture, $", {_metric} {record.TrainingMetric:G5}");
        }

        if (double.IsFinite(record.ValidationLoss))
        {
            text += string.Create(CultureInfo.InvariantCulture, $", validation loss {record.ValidationLoss:G6}, validation {_metric} {record.ValidationMetric:G5}");
        }

        return text + ".";
    }

    private static double?[] Metrics(EpochRecord record) => [Known(record.TrainingLoss), Known(record.TrainingMetric), Known(record.ValidationLoss), Known(record.ValidationMetric)];

    private static double? Known(double value) => double.IsFinite(value) ? value : null;
}
