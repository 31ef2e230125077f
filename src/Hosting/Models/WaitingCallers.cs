using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Callers that found no idle engine, in the order in which they came. One is called when an engine comes back, to look for it: threads that run already may have taken it before. Whoever has waited
/// for <see cref="Patience"/> is handed the next engine instead.
/// </summary>
internal sealed class WaitingCallers<TEngine>
    where TEngine : class
{
    /// <summary>How long a caller lets others go first.</summary>
    private static readonly long Patience = Stopwatch.Frequency / 250;

    [ThreadStatic]
    private static Caller? _own;

    private readonly Lock _gate = new();
    private readonly LinkedList<Caller> _callers = new();
    private int _count;
    private long _oldest = long.MaxValue;
    private Caller? _called;

    /// <summary>Whether anybody waits.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>Whether somebody has waited long enough to be handed an engine.</summary>
    public bool IsImpatient => Any && Stopwatch.GetTimestamp() - Volatile.Read(ref _oldest) > Patience;

    /// <summary>Puts the thread into the line. Whoever gives an engine back after this sees that somebody waits.</summary>
    public Caller Enter()
    {
        var caller = _own ??= new Caller();
        caller.Engine = null;
        caller.Call.Reset();
        lock (_gate)
        {
            caller.Since = Stopwatch.GetTimestamp();
            _callers.AddLast(caller.Node);
            _oldest = _callers.First!.Value.Since;
            Interlocked.Increment(ref _count);
        }

        return caller;
    }

    /// <summary>Waits to be called.</summary>
    /// <returns>The engine that was handed over, and then the caller is out of the line; null to look for one.</returns>
    public TEngine? Await(Caller caller)
    {
        caller.Call.Wait();
        lock (_gate)
        {
            if (caller.Engine is null)
            {
                caller.Call.Reset();
                if (_called == caller)
                {
                    _called = null;
                }
            }

            return caller.Engine;
        }
    }

    /// <summary>Takes a caller out of the line.</summary>
    /// <returns>The engine that it was handed meanwhile; null for none.</returns>
    public TEngine? Leave(Caller caller)
    {
        lock (_gate)
        {
            if (caller.Engine is null)
            {
                Remove(caller);
            }

            return caller.Engine;
        }
    }

    /// <summary>Gives an engine to the one that has waited longest; false where nobody waits.</summary>
    public bool HandOver(TEngine engine)
    {
        lock (_gate)
        {
            if (_callers.First?.Value is not { } caller)
            {
                return false;
            }

            bool wasCalled = _called == caller;
            Remove(caller);
            caller.Engine = engine;
            caller.Call.Set();
            if (wasCalled)
            {
                // For another engine, which is the next one's now.
                CallOne();
            }

            return true;
        }
    }

    /// <summary>Calls the one that has waited longest; one at a time, so that threads are not woken in vain.</summary>
    public void CallOne()
    {
        lock (_gate)
        {
            if (_called is null && _callers.First?.Value is { } caller)
            {
                _called = caller;
                caller.Call.Set();
            }
        }
    }

    /// <summary>The same, without the lock where there is nobody to call.</summary>
    public void CallOneIfAny()
    {
        if (Any && Volatile.Read(ref _called) is null)
        {
            CallOne();
        }
    }

    /// <summary>Calls all, since no engine will come any more.</summary>
    public void CallAll()
    {
        lock (_gate)
        {
            foreach (var caller in _callers)
            {
                caller.Call.Set();
            }
        }
    }

    private void Remove(Caller caller)
    {
        _callers.Remove(caller.Node);
        if (_called == caller)
        {
            _called = null;
        }

        Interlocked.Decrement(ref _count);
        _oldest = _callers.First?.Value.Since ?? long.MaxValue;
    }

    /// <summary>A thread that waits; it waits in one line at a time.</summary>
    internal sealed class Caller
    {
        public Caller() => Node = new LinkedListNode<Caller>(this);

        public LinkedListNode<Caller> Node { get; }

        public ManualResetEventSlim Call { get; } = new(initialState: false, spinCount: 0);

        public long Since { get; set; }

        public TEngine? Engine { get; set; }
    }
}
