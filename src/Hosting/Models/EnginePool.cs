using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// The engines of one model, at most as many as run at a time. A caller that finds none idle waits, and the threads that are running go on taking engines before it, since a change of threads
/// costs about as much as a prediction; but whoever has waited for <see cref="Patience"/> gets the next engine that comes back.
/// </summary>
/// <typeparam name="TEngine">The engines.</typeparam>
/// <param name="create">Makes an engine; milliseconds.</param>
/// <param name="isUsable">False for an engine that a failure has ended.</param>
/// <param name="size">The most engines.</param>
/// <param name="closed">Called once, when the pool was closed and the last engine is gone.</param>
internal sealed class EnginePool<TEngine>(Func<TEngine> create, Func<TEngine, bool> isUsable, int size, Action closed)
    where TEngine : class, IDisposable
{
    /// <summary>How long a caller lets others go first.</summary>
    private static readonly long Patience = Stopwatch.Frequency / 250;

    [ThreadStatic]
    private static Waiter? _own;

    private readonly TEngine?[] _idle = new TEngine?[size];
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _queue = new();
    private int _made;
    private int _waiting;
    private long _oldest = long.MaxValue;
    private Waiter? _called;
    private volatile bool _isClosed;
    private int _hasEnded;

    /// <summary>Engines that exist.</summary>
    public int Count => Volatile.Read(ref _made);

    /// <summary>Takes an engine; null when the pool has been closed.</summary>
    public TEngine? Rent()
    {
        TEngine? engine = TakeIdle();
        return engine ?? Make() ?? (_isClosed ? null : Await());
    }

    /// <summary>Makes engines until there are so many.</summary>
    public void Warm(int count)
    {
        while (Count < Math.Min(count, size) && Make() is { } engine)
        {
            Return(engine);
        }
    }

    public void Return(TEngine engine)
    {
        if (_isClosed || !isUsable(engine))
        {
            Drop(engine);
            CallOne();
            return;
        }

        bool isHandedOver = false;
        try
        {
            isHandedOver = Volatile.Read(ref _waiting) > 0 && Stopwatch.GetTimestamp() - Volatile.Read(ref _oldest) > Patience && HandOver(engine);
        }
        finally
        {
            // Also where this thread was interrupted: nobody else would give the engine back.
            if (!isHandedOver)
            {
                Keep(engine);
            }
        }

        if (isHandedOver)
        {
            return;
        }

        if (_isClosed)
        {
            DropIdle();
        }

        if (Volatile.Read(ref _waiting) > 0 && Volatile.Read(ref _called) is null)
        {
            CallOne();
        }
    }

    /// <summary>Lets no caller in any more; engines go as they come back.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var waiter in _queue)
            {
                waiter.Call.Set();
            }
        }

        DropIdle();
        EndIfEmpty();
    }

    private TEngine? TakeIdle()
    {
        // The engine that last ran on this processor has its weights in the cache.
        int start = Thread.GetCurrentProcessorId() % size;
        for (int i = 0; i < size; i++)
        {
            ref TEngine? slot = ref _idle[(start + i) % size];
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } engine)
            {
                return engine;
            }
        }

        return null;
    }

    private void Keep(TEngine engine)
    {
        int start = Thread.GetCurrentProcessorId() % size;
        for (int i = 0; ; i = (i + 1) % size)
        {
            // There is a place for each engine.
            if (Interlocked.CompareExchange(ref _idle[(start + i) % size], engine, null) is null)
            {
                return;
            }
        }
    }

    private TEngine? Make()
    {
        int made = Volatile.Read(ref _made);
        for (int seen; ; made = seen)
        {
            if (made >= size)
            {
                return null;
            }

            seen = Interlocked.CompareExchange(ref _made, made + 1, made);
            if (seen == made)
            {
                break;
            }
        }

        if (_isClosed)
        {
            Unmake();
            return null;
        }

        try
        {
            return create();
        }
        catch
        {
            Unmake();
            CallOne();
            throw;
        }
    }

    private TEngine? Await()
    {
        var waiter = _own ??= new Waiter();
        waiter.Engine = null;
        waiter.Call.Reset();
        lock (_gate)
        {
            waiter.Since = Stopwatch.GetTimestamp();
            _queue.AddLast(waiter.Node);
            _oldest = _queue.First!.Value.Since;
            Interlocked.Increment(ref _waiting);
        }

        try
        {
            while (true)
            {
                // Whoever gives an engine back after this sees that somebody waits.
                var engine = _isClosed ? null : TakeIdle() ?? Make();
                if (engine is not null || _isClosed)
                {
                    return Leave(waiter, engine);
                }

                waiter.Call.Wait();
                lock (_gate)
                {
                    if (waiter.Engine is { } given)
                    {
                        return given;
                    }

                    waiter.Call.Reset();
                    if (_called == waiter)
                    {
                        _called = null;
                    }
                }
            }
        }
        catch
        {
            // Interrupted, or no engine could be made.
            if (Leave(waiter, null) is { } given)
            {
                Return(given);
            }

            throw;
        }
    }

    /// <summary>Ends a wait; an engine that was handed over meanwhile goes to the next one.</summary>
    private TEngine? Leave(Waiter waiter, TEngine? engine)
    {
        TEngine? given;
        lock (_gate)
        {
            given = waiter.Engine;
            if (given is null)
            {
                Remove(waiter);
            }
        }

        if (engine is null)
        {
            CallOne();
            return given;
        }

        if (given is not null)
        {
            Return(given);
        }
        else if (Volatile.Read(ref _waiting) > 0)
        {
            CallOneWhereIdle();
        }

        return engine;
    }

    private bool HandOver(TEngine engine)
    {
        lock (_gate)
        {
            if (_queue.First?.Value is not { } waiter)
            {
                return false;
            }

            bool wasCalled = _called == waiter;
            Remove(waiter);
            waiter.Engine = engine;
            waiter.Call.Set();
            if (wasCalled)
            {
                // For another engine, which is the next one's now.
                CallOne();
            }

            return true;
        }
    }

    /// <summary>Calls the one that has waited longest, to look whether there is an engine; one at a time.</summary>
    private void CallOne()
    {
        lock (_gate)
        {
            if (_called is null && _queue.First?.Value is { } waiter)
            {
                _called = waiter;
                waiter.Call.Set();
            }
        }
    }

    private void CallOneWhereIdle()
    {
        if (Array.Exists(_idle, engine => engine is not null))
        {
            CallOne();
        }
    }

    private void Remove(Waiter waiter)
    {
        _queue.Remove(waiter.Node);
        if (_called == waiter)
        {
            _called = null;
        }

        Interlocked.Decrement(ref _waiting);
        _oldest = _queue.First?.Value.Since ?? long.MaxValue;
    }

    private void DropIdle()
    {
        while (TakeIdle() is { } engine)
        {
            Drop(engine);
        }
    }

    private void Drop(TEngine engine)
    {
        engine.Dispose();
        Unmake();
    }

    private void Unmake()
    {
        Interlocked.Decrement(ref _made);
        EndIfEmpty();
    }

    private void EndIfEmpty()
    {
        if (_isClosed && Volatile.Read(ref _made) == 0 && Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            closed();
        }
    }

    /// <summary>A thread that waits; it waits in one pool at a time.</summary>
    private sealed class Waiter
    {
        public Waiter() => Node = new LinkedListNode<Waiter>(this);

        public LinkedListNode<Waiter> Node { get; }

        public ManualResetEventSlim Call { get; } = new(initialState: false, spinCount: 0);

        public long Since { get; set; }

        public TEngine? Engine { get; set; }
    }
}
