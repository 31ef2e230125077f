namespace MLNet.GradientTrainers.Hosting;

/// <summary>How single requests are gathered into batches. Named options: the name is the model's.</summary>
public sealed class BatchingOptions
{
    /// <summary>The most rows that are scored together, at least 1; default 64. A larger batch costs less for each row, and makes each of its requests wait longer.</summary>
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>
    /// How long a batch that others are about to join may be held back, at most; default 1 ms, from 0, which holds back nothing. A request that comes alone never waits: a batch is held back only while
    /// requests still come in, and goes at once when none has.
    /// </summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The most batches computed at a time, at least 1; null, the default, for one on each processor. Requests that wait are shared among them, 16 at least to each.</summary>
    public int? MaxConcurrentBatches { get; set; }

    /// <summary>The most requests that wait for their batch, at least 1; default 4,096.</summary>
    public int QueueCapacity { get; set; } = 4096;

    /// <summary>What becomes of a request that finds the queue full; default: it waits for a place.</summary>
    public BatchQueueFullMode WhenFull { get; set; } = BatchQueueFullMode.Wait;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Check(string name)
    {
        Require(MaxBatchSize >= 1, nameof(MaxBatchSize), "at least 1", MaxBatchSize);
        Require(MaxDelay >= TimeSpan.Zero && MaxDelay <= TimeSpan.FromMinutes(1), nameof(MaxDelay), "from 0 to a minute", MaxDelay);
        Require(MaxConcurrentBatches is null or >= 1, nameof(MaxConcurrentBatches), "at least 1", MaxConcurrentBatches);
        Require(QueueCapacity >= 1, nameof(QueueCapacity), "at least 1", QueueCapacity);
        Require(Enum.IsDefined(WhenFull), nameof(WhenFull), "one of its names", WhenFull);

        void Require(bool isRight, string option, string range, object? value)
        {
            if (!isRight)
            {
                throw new ArgumentException($"Batching of the model '{name}' wants {option} {range}, not {value}.");
            }
        }
    }
}

/// <summary>What becomes of a request that finds the queue full.</summary>
public enum BatchQueueFullMode
{
    /// <summary>It waits for a place.</summary>
    Wait,

    /// <summary>It fails with a <see cref="BatchQueueFullException"/>, for the caller to tell its own one to come later.</summary>
    Throw,
}
