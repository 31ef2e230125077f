namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>
/// Work in parts that is over at once on the thread that made it, when another has begun, and on the others a while after that thread has gone to sleep, or has ended.
/// </summary>
internal sealed class LateParts
{
    private readonly Thread _caller = Thread.CurrentThread;
    private int _begun;
    private int _ended;

    /// <summary>Parts that have ended.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Parts that have begun and not ended.</summary>
    public int Running => Volatile.Read(ref _begun) - Ended;

    /// <summary>Does a part.</summary>
    public void Run()
    {
        if (Thread.CurrentThread != _caller)
        {
            Interlocked.Increment(ref _begun);
            while ((_caller.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) == 0)
            {
                Thread.Sleep(1);
            }

            Thread.Sleep(50);
            Interlocked.Increment(ref _ended);
            return;
        }

        // No wait that an interrupt could end.
        while (Volatile.Read(ref _begun) - Volatile.Read(ref _ended) == 0)
        {
            Thread.Yield();
        }

        Interlocked.Increment(ref _begun);
        Interlocked.Increment(ref _ended);
    }
}
