using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Tells what happens to runs: to the readers of events, to the metrics and to the log.</summary>
internal sealed class TrainingEvents(TimeProvider time, TrainingMetrics metrics, ILogger<TrainingEvents> logger)
{
    private readonly Lock _lock = new();
    private readonly EventLog _all = new(EventLog.AllCapacity);
    private long _sequence;

    public void Tell(TrainingRun run, TrainingEvent told)
    {
        lock (_lock)
        {
            told.Sequence = ++_sequence;
            told.Time = time.GetUtcNow();
            told.RunId = run.Id;
            told.Job = run.Job;
            run.Events.Add(told);
            _all.Add(told);
        }

        metrics.Count(told, run);
        logger.Tell(told);
    }

    /// <summary>The events of all runs behind one of them, or, for null, those from now on.</summary>
    public IAsyncEnumerable<TrainingEvent> ReadAsync(long? after, CancellationToken cancellationToken) => _all.ReadAsync(after ?? _all.Last, cancellationToken);
}
