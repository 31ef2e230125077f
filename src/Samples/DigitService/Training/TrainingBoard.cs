using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLNet.GradientTrainers.Hosting;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.DigitService.Training;

/// <summary>Shows the last training to any number of watchers: all of it to a new one, then what is added. Between epochs it tells of the batches, a few times a second.</summary>
/// <param name="time">The clock.</param>
internal sealed class TrainingBoard(TimeProvider time)
{
    private const int WaitingEvents = 256;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly HashSet<Channel<SseItem<object?>>> _watchers = [];
    private readonly List<double[]> _curve = [];
    private readonly List<EpochView> _records = [];
    private TrainingView? _view;
    private TrainingEvaluated? _evaluated;
    private long _begun;
    private long _told;
    private double _firstFraction;
    private double _lossSum;
    private int _lossCount;

    /// <summary>The last training; null before the first.</summary>
    public TrainingView? View
    {
        get
        {
            lock (_lock)
            {
                return Whole();
            }
        }
    }

    /// <summary>The training as it is, then what is added, until the watcher goes. The stream of one who reads too slowly ends; it begins anew when the browser connects again.</summary>
    public async IAsyncEnumerable<SseItem<object?>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<SseItem<object?>>(new BoundedChannelOptions(WaitingEvents) { FullMode = BoundedChannelFullMode.Wait });
        lock (_lock)
        {
            _watchers.Add(channel);
            channel.Writer.TryWrite(new SseItem<object?>(Whole(), "training"));
        }

        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>Tells the watchers that the list of models has changed.</summary>
    public void TellModels()
    {
        lock (_lock)
        {
            Send(null, "models");
        }
    }

    /// <summary>Tells of a batch.</summary>
    public void Tell(TrainingRun run, BatchProgress progress)
    {
        if (progress.Phase != TrainingPhase.Training)
        {
            return;
        }

        lock (_lock)
        {
            if (_view?.Id != run.Id || _view.State != "running")
            {
                return;
            }

            double epoch = progress.Epoch - 1 + ((double)progress.Batch / progress.Batches);
            if (_view.Epochs != progress.Epochs || _begun == 0)
            {
                (_begun, _firstFraction) = (time.GetTimestamp(), epoch / progress.Epochs);
            }

            _lossSum += progress.Loss;
            _lossCount++;
            if (time.GetElapsedTime(_told) < Rest && progress.Batch < progress.Batches)
            {
                return;
            }

            double fraction = epoch / progress.Epochs;
            double done = fraction - _firstFraction;
            double? left = done > 0 ? time.GetElapsedTime(_begun).TotalSeconds / done * (1 - fraction) : null;
            _told = time.GetTimestamp();
            bool whole = _view.Epochs != progress.Epochs;
            _view = _view with { Epochs = progress.Epochs, Fraction = fraction, SecondsLeft = left };
            double loss = _lossSum / _lossCount;
            (_lossSum, _lossCount) = (0, 0);
            _curve.Add([epoch, loss]);
            if (whole)
            {
                SendWhole();
            }
            else
            {
                Send(new ProgressView(run.Id, epoch, loss, fraction, left), "progress");
            }
        }
    }

    /// <summary>Tells of what happens to a run.</summary>
    public void Tell(TrainingEvent told)
    {
        lock (_lock)
        {
            switch (told)
            {
                case TrainingQueued when _view?.State is not ("running" or "queued"):
                    Begin(told.RunId, "queued");
                    break;
                case TrainingStarted:
                    Begin(told.RunId, "running");
                    break;
                case TrainingEpoch epoch when epoch.RunId == _view?.Id:
                    var record = new EpochView(epoch.Epoch, epoch.Loss, epoch.Metric, epoch.ValidationLoss, epoch.ValidationMetric);
                    _records.Add(record);
                    Send(new EpochDone(epoch.RunId, record), "epoch");
                    break;
                case TrainingEvaluated evaluated:
                    _evaluated = evaluated;
                    break;
                case TrainingPublished published:
                    End(told, "published", $"version {published.Version}, {Accuracy(told) ?? published.Reason}");
                    Send(null, "models");
                    break;
                case TrainingRejected rejected:
                    End(told, "rejected", Accuracy(told) ?? rejected.Reason);
                    break;
                case TrainingFailed:
                    // The reason may tell of files; the log has it.
                    End(told, "failed", "the service's log tells why");
                    break;
                case TrainingCancelled:
                    End(told, "cancelled", null);
                    break;
                case TrainingInterrupted:
                    End(told, "interrupted", null);
                    break;
            }
        }
    }

    private void Begin(string id, string state)
    {
        _curve.Clear();
        _records.Clear();
        (_begun, _told, _lossSum, _lossCount) = (0, 0, 0, 0);
        _view = new TrainingView(id, state, _view?.Id == id ? _view.Epochs : 0, 0, null, null, [], []);
        SendWhole();
    }

    private void End(TrainingEvent told, string state, string? detail)
    {
        if (told.RunId == _view?.Id)
        {
            _view = _view with { State = state, Detail = detail, SecondsLeft = null };
            SendWhole();
        }
    }

    /// <summary>What a run's model reads right, beside the one that served, in words for a person; null where it was not told.</summary>
    private string? Accuracy(TrainingEvent told)
    {
        if (_evaluated?.RunId != told.RunId || !_evaluated.Candidate.TryGetValue(DigitTrainingJob.Accuracy, out double own) || !double.IsFinite(own))
        {
            return null;
        }

        return _evaluated.Current?.TryGetValue(DigitTrainingJob.Accuracy, out double current) != true || !double.IsFinite(current) ? $"accuracy {Percent(own, own)}" : $"accuracy {Percent(own, current)} against {Percent(current, own)} of the current model";

        // A digit more where the two would look alike.
        static string Percent(double share, double other) =>
            string.Create(CultureInfo.InvariantCulture, $"{Math.Round(100 * share, share != other && Math.Abs(share - other) < 0.002 ? 2 : 1)} %");
    }

    private TrainingView? Whole() => _view is null ? null : _view with { Curve = [.. _curve], Records = [.. _records] };

    private void SendWhole() => Send(Whole(), "training");

    private void Send(object? data, string name)
    {
        foreach (var watcher in _watchers)
        {
            // Full: its connection stands still. It ends, and the browser connects again.
            if (!watcher.Writer.TryWrite(new SseItem<object?>(data, name)))
            {
                watcher.Writer.TryComplete();
            }
        }
    }
}
