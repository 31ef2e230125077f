using ThreadMonitor = System.Threading.Monitor;

namespace MLNet.GradientTrainers;

/// <summary>
/// Scores blocks on the thread that reads them and on others of the thread pool. The reader waits for no thread that has not begun: where the pool is slow to lend one, it does all itself, so that any
/// number of readers, also on threads of the pool, come to an end. All readers of the process together take no more helpers than there are processors free; a helper goes when there is no block left.
/// </summary>
/// <param name="threads">Threads of this reader, itself included, at least 1.</param>
internal sealed class ScoringThreads(int threads) : IThreadPoolWorkItem
{
    /// <summary>Threads that are scoring, or reading what they score, in the whole process.</summary>
    private static int _busy;

    private readonly Queue<ScoringBlock> _blocks = new();
    private readonly int _mostBusy = Math.Max(threads, Environment.ProcessorCount);
    private int _helpers;

    /// <summary>The most threads.</summary>
    public int Threads { get; } = threads;

    /// <summary>Threads for a setting; as for training, more than four times the cores, or 16 where that is more, count as so many.</summary>
    /// <param name="setting">At least 1; null for all cores.</param>
    public static int For(int? setting) => Math.Min(setting ?? Environment.ProcessorCount, Math.Max(16, 4 * Environment.ProcessorCount));

    /// <summary>Counts the reader as busy, until <see cref="Leave"/>.</summary>
    public static void Enter() => Interlocked.Increment(ref _busy);

    /// <summary>The reader does something else.</summary>
    public static void Leave() => Interlocked.Decrement(ref _busy);

    /// <summary>Puts a block in line.</summary>
    public void Add(ScoringBlock block)
    {
        bool needsHelper;
        lock (_blocks)
        {
            _blocks.Enqueue(block);
            needsHelper = _helpers < Threads - 1 && TryEnter();
            _helpers += needsHelper ? 1 : 0;
        }

        if (needsHelper)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Returns when a block that was added is done; scores meanwhile. Blocks are taken in their order.</summary>
    public void Await(ScoringBlock block)
    {
        while (!block.IsDone)
        {
            ScoringBlock? next;
            lock (_blocks)
            {
                if (!_blocks.TryDequeue(out next) && !block.IsDone)
                {
                    ThreadMonitor.Wait(_blocks);
                }
            }

            next?.Score();
        }
    }

    /// <summary>Forgets the blocks that nobody has begun, which are done with that.</summary>
    public void Clear()
    {
        lock (_blocks)
        {
            while (_blocks.TryDequeue(out var block))
            {
                block.Clear();
            }
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (Take() is { } block)
        {
            block.Score();
            lock (_blocks)
            {
                ThreadMonitor.Pulse(_blocks);
            }
        }
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _busy) <= _mostBusy)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>A helper's next block; null, and the helper goes, where there is none, or readers that came meanwhile need its processor.</summary>
    private ScoringBlock? Take()
    {
        lock (_blocks)
        {
            if (Volatile.Read(ref _busy) <= _mostBusy && _blocks.TryDequeue(out var block))
            {
                return block;
            }

            _helpers--;
            Leave();
            return null;
        }
    }
}
