using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A run of a job, from the queue to its end. All of it may be read at any time.</summary>
public sealed class TrainingRun
{
    private readonly TaskCompletionSource<TrainingResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Action<TrainingRun> _onCancel;
    private volatile EpochProgress? _progress;
    private volatile TrainingResult? _result;

    internal TrainingRun(string id, string job, TrainingRequest request, int seed, DateTimeOffset queuedAt, int attempts, Action<TrainingRun> onCancel)
    {
        Id = id;
        Job = job;
        Request = request;
        Seed = seed;
        QueuedAt = queuedAt;
        Attempts = attempts;
        _onCancel = onCancel;
    }

    /// <summary>Tells runs apart, also over restarts: 32 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The job's name.</summary>
    public string Job { get; }

    /// <summary>What was asked for.</summary>
    public TrainingRequest Request { get; }

    /// <summary>The seed of the training.</summary>
    public int Seed { get; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset QueuedAt { get; }

    /// <summary>When it began, last; null before.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Where it stands.</summary>
    public TrainingStatus Status => _result?.Status ?? (StartedAt is null ? TrainingStatus.Queued : TrainingStatus.Running);

    /// <summary>How it ended; null before.</summary>
    public TrainingResult? Result => _result;

    /// <summary>The last epoch of the trainer at work; null before the first.</summary>
    public EpochRecord? LastEpoch => _progress?.Epoch;

    /// <summary>Epochs that the trainer at work was asked for; null where the rows decide, or before the first.</summary>
    public int? NumberOfEpochs => _progress?.NumberOfEpochs;

    /// <summary>The time that the rest of the epochs is likely to take, from the mean of those of this start; null where it can't be told.</summary>
    public TimeSpan? Remaining => _progress?.Remaining;

    /// <summary>Ends with the run, and never faults: what went wrong is in the result.</summary>
    public Task<TrainingResult> Completion => _completion.Task;

    /// <summary>Starts so far, this one included, of which none came to its end.</summary>
    internal int Attempts { get; set; }

    /// <summary>Cancelled by <see cref="Cancel"/>.</summary>
    internal CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Its events, from the first one on.</summary>
    internal EventLog Events { get; } = new(EventLog.RunCapacity);

    /// <summary>Cancels the run: one that waits at once, one that runs within a fraction of a second, where its trainers look at their token. Nothing happens to one that is over.</summary>
    public void Cancel()
    {
        _cancellation.Cancel();
        _onCancel(this);
    }

    /// <summary>What happens to the run: all of it from the beginning, then as it happens, to its end. Of thousands of epochs the older ones are told thinned out.</summary>
    /// <param name="after">The <see cref="TrainingEvent.Sequence"/> of the last event that is known; those since are told. 0 for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<TrainingEvent> ReadEventsAsync(long after = 0, CancellationToken cancellationToken = default) => Events.ReadAsync(after, cancellationToken);

    internal void Progress(EpochProgress progress) => _progress = progress;

    internal void Finish(TrainingResult result, DateTimeOffset time)
    {
        FinishedAt = time;
        _result = result;
    }

    /// <summary>Tells those who wait. Behind <see cref="Finish"/>, when the last event is told and the queue is in order.</summary>
    internal void Complete()
    {
        Events.Complete();
        _completion.TrySetResult(_result!);
    }
}

/// <summary>The state of a trainer after an epoch.</summary>
internal sealed record EpochProgress(EpochRecord Epoch, int? NumberOfEpochs, TimeSpan? Remaining);
