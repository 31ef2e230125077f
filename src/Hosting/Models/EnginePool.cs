namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// The engines of one model, at most as many as run at a time. A caller that finds none idle waits, and the threads that are running go on taking engines before it, since a change of threads costs
/// about as much as a prediction; but for no longer than <see cref="WaitingCallers{TEngine}"/> allows.
/// </summary>
/// <typeparam name="TEngine">The engines.</typeparam>
/// <param name="create">Makes an engine; milliseconds.</param>
/// <param name="isUsable">False for an engine that a failure has ended.</param>
/// <param name="size">The most engines.</param>
/// <param name="closed">Called once, when the pool was closed and the last engine is gone.</param>
internal sealed class EnginePool<TEngine>(Func<TEngine> create, Func<TEngine, bool> isUsable, int size, Action closed)
    where TEngine : class, IDisposable
{
    private readonly TEngine?[] _idle = new TEngine?[size];
    private readonly WaitingCallers<TEngine> _waiting = new();
    private int _made;
    private volatile bool _isClosed;
    private int _hasEnded;

    /// <summary>Engines that exist.</summary>
    public int Count => Volatile.Read(ref _made);

    /// <summary>Takes an engine; null when the pool has been closed.</summary>
    public TEngine? Rent() => TakeIdle() ?? Make() ?? (_isClosed ? null : Await());

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
            _waiting.CallOne();
            return;
        }

        bool isHandedOver = false;
        try
        {
            isHandedOver = _waiting.IsImpatient && _waiting.HandOver(engine);
        }
        finally
        {
            // Also where this thread was interrupted: nobody else would give the engine back.
            if (!isHandedOver)
            {
                Keep(engine);
            }
        }

        if (!isHandedOver)
        {
            if (_isClosed)
            {
                DropIdle();
            }

            _waiting.CallOneIfAny();
        }
    }

    /// <summary>Lets no caller in any more; engines go as they come back.</summary>
    public void Close()
    {
        _isClosed = true;
        _waiting.CallAll();
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

    /// <summary>Makes an engine; null where there are enough.</summary>
    private TEngine? Make()
    {
        if (!LimitedCount.TryRaise(ref _made, size))
        {
            return null;
        }

        if (_isClosed)
        {
            CountOneLess();
            return null;
        }

        try
        {
            return create();
        }
        catch
        {
            CountOneLess();
            _waiting.CallOne();
            throw;
        }
    }

    private TEngine? Await()
    {
        var caller = _waiting.Enter();
        try
        {
            while (true)
            {
                var engine = _isClosed ? null : TakeIdle() ?? Make();
                if (engine is not null || _isClosed)
                {
                    return Leave(caller, engine);
                }

                if (_waiting.Await(caller) is { } given)
                {
                    return given;
                }
            }
        }
        catch
        {
            // Interrupted, or no engine could be made.
            if (Leave(caller, null) is { } given)
            {
                Return(given);
            }

            throw;
        }
    }

    /// <summary>Ends a wait; of two engines, one goes to others.</summary>
    private TEngine? Leave(WaitingCallers<TEngine>.Caller caller, TEngine? found)
    {
        var given = _waiting.Leave(caller);
        if (found is null)
        {
            // Perhaps it was called, and the next one is to look in its place.
            _waiting.CallOne();
            return given;
        }

        if (given is not null)
        {
            Return(given);
        }
        else if (Array.Exists(_idle, engine => engine is not null))
        {
            _waiting.CallOneIfAny();
        }

        return found;
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
        CountOneLess();
    }

    private void CountOneLess()
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
}
