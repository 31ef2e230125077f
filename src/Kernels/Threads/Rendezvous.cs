using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ThreadMonitor = System.Threading.Monitor;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Where the threads of a <see cref="ThreadTeam"/> meet: the job, its parts, and the waits of both sides. No wait can be interrupted: a caller that left early would give back memory that
/// others still write to, and a thread of the team would end the process.
/// </summary>
internal sealed unsafe class Rendezvous(int size)
{
    // The caller is in the middle of an operation: it gives way to other threads for about a millisecond before it sleeps.
    private const int CallerYields = 1000;

    // About 100 µs, longer than it takes to wake a thread: with less, the caller and a worker could put each other to sleep in every job.
    // None when the machine has too few processors for all threads to run at once.
    private readonly int _spins = Environment.ProcessorCount >= size ? 3000 : 0;
    private readonly object _workersGate = new();
    private readonly object _callerGate = new();
    private Counters _counters;
    private int _workersSleep;
    private int _callerSleeps;
    private int _number;
    private volatile int _members = size;
    private Exception? _failure;
    private void* _job;
    private delegate*<void*, int, int, void> _entry;
    private int _parts;

    /// <summary>Does all parts, with the threads that are in <see cref="Work"/>. See <see cref="ThreadTeam.Run"/>.</summary>
    public void Run(void* job, delegate*<void*, int, int, void> entry, int parts)
    {
        ObjectDisposedException.ThrowIf(_members == 0, typeof(ThreadTeam));
        if (Interlocked.CompareExchange(ref _counters.Remaining, parts, 0) != 0)
        {
            throw new InvalidOperationException("The threads are in the middle of another operation. A back end serves one thread at a time, and row sources must not call the one that reads them.");
        }

        _job = job;
        _entry = entry;
        _parts = parts;

        // The exchange is a full fence: workers see the job before its parts, and each either sees the parts or is known to sleep.
        Interlocked.Exchange(ref _counters.Open, ((long)++_number << 32) | (uint)parts);
        bool interrupted = false;
        WakeWorkers(ref interrupted);
        while (TryPart(first: true, ref interrupted))
        {
        }

        // Also after a failure: workers may still use the job, which lies on a stack frame above.
        AwaitParts(ref interrupted);
        if (_failure is not null)
        {
            Exception failure = _failure;
            _failure = null;
            Uninterrupted.Restore(interrupted);
            ExceptionDispatchInfo.Throw(failure);
        }

        if (interrupted)
        {
            throw new ThreadInterruptedException();
        }
    }

    /// <summary>What a thread of the team does until it is no longer kept.</summary>
    /// <param name="index">The thread's place, from 1: the caller has 0.</param>
    public void Work(int index)
    {
        // Only a part can have interrupted this thread, by mistake: there is nobody to tell.
        bool interrupted = false;
        while (AwaitJob(index, ref interrupted))
        {
            while (TryPart(first: false, ref interrupted))
            {
            }
        }
    }

    /// <summary>Ends the threads, which finish the parts that they have begun.</summary>
    public void Stop() => Keep(0);

    /// <summary>Ends the threads beyond a number, the caller included.</summary>
    public void Keep(int members)
    {
        _members = members;
        Interlocked.MemoryBarrier();
        bool interrupted = false;
        WakeWorkers(ref interrupted);
        Uninterrupted.Restore(interrupted);
    }

    /// <summary>Takes a part that nobody has begun and does it; false when there is none.</summary>
    private bool TryPart(bool first, ref bool interrupted)
    {
        int part;
        long open = Volatile.Read(ref _counters.Open);
        long seen;
        do
        {
            if (!HasParts(open))
            {
                return false;
            }

            seen = open;
            part = first ? (ushort)(seen >> 16) : (ushort)seen - 1;
            open = Interlocked.CompareExchange(ref _counters.Open, first ? seen + (1 << 16) : seen - 1, seen);
        }
        while (open != seen);

        // From here the job can't end, so that its fields stay, until this part is counted as ended.
        try
        {
            _entry(_job, part, _parts);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }

        if (Interlocked.Decrement(ref _counters.Remaining) == 0 && Volatile.Read(ref _callerSleeps) != 0)
        {
            Uninterrupted.Enter(_callerGate, ref interrupted);
            ThreadMonitor.Pulse(_callerGate);
            ThreadMonitor.Exit(_callerGate);
        }

        return true;
    }

    private static bool HasParts(long open) => (ushort)(open >> 16) != (ushort)open;

    /// <summary>False when the thread is no longer kept.</summary>
    private bool AwaitJob(int index, ref bool interrupted)
    {
        while (true)
        {
            for (int i = 0; i < _spins; i++)
            {
                if (index >= _members || HasParts(Volatile.Read(ref _counters.Open)))
                {
                    return index < _members;
                }

                Thread.SpinWait(1);
            }

            Uninterrupted.Enter(_workersGate, ref interrupted);
            try
            {
                Interlocked.Exchange(ref _workersSleep, 1);
                if (index >= _members || HasParts(Volatile.Read(ref _counters.Open)))
                {
                    return index < _members;
                }

                // Once awake it spins again: the job that woke it may be over, but the next one is near.
                Uninterrupted.Wait(_workersGate, ref interrupted);
            }
            finally
            {
                ThreadMonitor.Exit(_workersGate);
            }
        }
    }

    private void WakeWorkers(ref bool interrupted)
    {
        if (Volatile.Read(ref _workersSleep) != 0)
        {
            Uninterrupted.Enter(_workersGate, ref interrupted);
            _workersSleep = 0;
            ThreadMonitor.PulseAll(_workersGate);
            ThreadMonitor.Exit(_workersGate);
        }
    }

    private void AwaitParts(ref bool interrupted)
    {
        for (int i = 0; i < _spins + CallerYields; i++)
        {
            if (Volatile.Read(ref _counters.Remaining) == 0)
            {
                return;
            }

            if (i < _spins)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Thread.Yield();
            }
        }

        Uninterrupted.Enter(_callerGate, ref interrupted);
        Interlocked.Exchange(ref _callerSleeps, 1);
        while (Volatile.Read(ref _counters.Remaining) != 0)
        {
            Uninterrupted.Wait(_callerGate, ref interrupted);
        }

        _callerSleeps = 0;
        ThreadMonitor.Exit(_callerGate);
    }

    /// <summary>The counters, each on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        /// <summary>The parts that nobody has begun: number of the job (32 bits), first part, end of the parts (16 bits each).</summary>
        [FieldOffset(128)]
        public long Open;

        /// <summary>Parts that have not ended.</summary>
        [FieldOffset(256)]
        public int Remaining;
    }
}
