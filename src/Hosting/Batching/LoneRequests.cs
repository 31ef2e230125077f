using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Tells when requests come so singly that each is best computed by whoever brings it: to hand it to another thread, and the answer back, costs as much as a small network's prediction. That is so after
/// a number of batches that were all small; now and then a request goes to the queue all the same, and if others gather behind it, batches are the rule again.
/// </summary>
internal sealed class LoneRequests
{
    /// <summary>Rows of a batch that gains nothing over single rows on as many threads.</summary>
    private const int SmallBatch = 2;

    /// <summary>Small batches in a row, before requests are computed where they come.</summary>
    private const int BatchesBefore = 16;

    /// <summary>One in so many requests goes to the queue.</summary>
    private const int RequestsToOneQueued = 64;

    /// <summary>At one in so many requests the thread pool is asked what waits.</summary>
    private const int RequestsToOneLook = 4;

    /// <summary>Rows that take longer than 200 µs: a change of threads is nothing to them, and they would hold up their callers.</summary>
    private static readonly long LongestRow = Stopwatch.Frequency / 5000;

    private int _smallBatches;
    private int _requests;
    private int _running;

    /// <summary>Whether requests are being computed where they came.</summary>
    public bool Any => Volatile.Read(ref _running) > 0;

    /// <summary>Whether batches have been small for a while.</summary>
    public bool IsLikely => Volatile.Read(ref _smallBatches) >= BatchesBefore;

    /// <summary>Whether a request that finds nobody before it is to be computed where it is; then <see cref="Leave"/> follows.</summary>
    public bool TryEnter()
    {
        if (!IsLikely)
        {
            return false;
        }

        // Where other work waits for a thread, other requests may be among it. To look costs as much as a small layer.
        int number = Interlocked.Increment(ref _requests);
        if (number % RequestsToOneQueued == 0 || (number % RequestsToOneLook == 0 && ThreadPool.PendingWorkItemCount > 0))
        {
            return false;
        }

        return LimitedCount.TryRaise(ref _running, Environment.ProcessorCount);
    }

    public void Leave() => Interlocked.Decrement(ref _running);

    /// <summary>Takes note of a batch.</summary>
    /// <param name="rows">Its rows, at least 1.</param>
    /// <param name="began">When its computation began.</param>
    public void Note(int rows, long began)
    {
        bool isSmall = rows <= SmallBatch && Stopwatch.GetTimestamp() - began < LongestRow * rows;
        int before = Volatile.Read(ref _smallBatches);
        Volatile.Write(ref _smallBatches, isSmall ? Math.Min(before + 1, BatchesBefore) : 0);
    }
}
