using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ThreadMonitor = System.Threading.Monitor;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Work that a team does in parts, each on one thread.</summary>
internal interface ITeamJob
{
    /// <summary>Does one part.</summary>
    /// <param name="part">Index in [0, parts).</param>
    /// <param name="parts">Number of parts.</param>
    void Run(int part, int parts);
}

/// <summary>
/// A caller and size − 1 background threads that fork and join within a microsecond. Each takes part after part of a job until none is left, so that
/// a thread that the system has put aside holds up at most the part that it has begun. The caller takes the first parts and the others the last
/// ones, so that in the next job most of them meet what they have in their caches. A thread that waits spins briefly, because the next
/// operation of a training step usually follows at once, then sleeps. <see cref="Run"/> allocates nothing.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>The largest number of parts of a job.</summary>
    public const int MaxParts = ushort.MaxValue;

    // The threads know only this, so that a team that nobody disposed of is found by the finalizer and its threads end.
    private readonly Rendezvous? _rendezvous;

    /// <summary>Starts the threads.</summary>
    /// <param name="size">Threads including the caller, at least 1.</param>
    public ThreadTeam(int size)
    {
        Size = size;
        if (size == 1)
        {
            GC.SuppressFinalize(this);
            return;
        }

        Rendezvous rendezvous = new(size);
        _rendezvous = rendezvous;
        for (int i = 1; i < size; i++)
        {
            new Thread(rendezvous.Work) { IsBackground = true, Name = $"SIMD back end {i}" }.Start();
        }
    }

    /// <summary>Ends the threads.</summary>
    ~ThreadTeam() => _rendezvous?.Stop();

    /// <summary>Threads including the caller.</summary>
    public int Size { get; }

    /// <summary>Runs all parts of a job, on the caller too, and waits for them.</summary>
    /// <param name="job">The job: may lie on the caller's stack.</param>
    /// <param name="parts">Number of parts, at most <see cref="MaxParts"/>; a single one runs on the caller.</param>
    /// <exception cref="Exception">The first one that a part threw, after all parts have ended.</exception>
    public void Run<TJob>(ref TJob job, int parts)
        where TJob : struct, ITeamJob
    {
        if (parts > 1 && _rendezvous is not null)
        {
            _rendezvous.Run(Unsafe.AsPointer(ref job), &Invoke<TJob>, parts);
            GC.KeepAlive(this);
            return;
        }

        for (int part = 0; part < parts; part++)
        {
            job.Run(part, parts);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rendezvous?.Stop();
        GC.SuppressFinalize(this);
    }

    private static void Invoke<TJob>(void* job, int part, int parts)
        where TJob : struct, ITeamJob => Unsafe.AsRef<TJob>(job).Run(part, parts);

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

    private sealed class Rendezvous(int size)
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
        private volatile bool _stopped;
        private Exception? _failure;
        private void* _job;
        private delegate*<void*, int, int, void> _entry;
        private int _parts;

        public void Run(void* job, delegate*<void*, int, int, void> entry, int parts)
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(SimdBackend));
            _job = job;
            _entry = entry;
            _parts = parts;
            _counters.Remaining = parts;

            // The exchange is a full fence: workers see the job before its parts, and each either sees the parts or is known to sleep.
            Interlocked.Exchange(ref _counters.Open, ((long)++_number << 32) | (uint)parts);
            WakeWorkers();
            while (TryPart(first: true))
            {
            }

            // Also after a failure: workers may still use the job, which lies on a stack frame above.
            AwaitParts();
            if (_failure is not null)
            {
                Exception failure = _failure;
                _failure = null;
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        public void Work()
        {
            while (AwaitJob())
            {
                while (TryPart(first: false))
                {
                }
            }
        }

        public void Stop()
        {
            _stopped = true;
            Interlocked.MemoryBarrier();
            WakeWorkers();
        }

        /// <summary>Takes a part that nobody has begun and does it; false when there is none.</summary>
        private bool TryPart(bool first)
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
                lock (_callerGate)
                {
                    ThreadMonitor.Pulse(_callerGate);
                }
            }

            return true;
        }

        private static bool HasParts(long open) => (ushort)(open >> 16) != (ushort)open;

        /// <summary>False when the team has been stopped.</summary>
        private bool AwaitJob()
        {
            while (true)
            {
                for (int i = 0; i < _spins; i++)
                {
                    if (_stopped || HasParts(Volatile.Read(ref _counters.Open)))
                    {
                        return !_stopped;
                    }

                    Thread.SpinWait(1);
                }

                lock (_workersGate)
                {
                    Interlocked.Exchange(ref _workersSleep, 1);
                    if (_stopped || HasParts(Volatile.Read(ref _counters.Open)))
                    {
                        return !_stopped;
                    }

                    // Once awake it spins again: the job that woke it may be over, but the next one is near.
                    ThreadMonitor.Wait(_workersGate);
                }
            }
        }

        private void WakeWorkers()
        {
            if (Volatile.Read(ref _workersSleep) != 0)
            {
                lock (_workersGate)
                {
                    _workersSleep = 0;
                    ThreadMonitor.PulseAll(_workersGate);
                }
            }
        }

        private void AwaitParts()
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

            lock (_callerGate)
            {
                Interlocked.Exchange(ref _callerSleeps, 1);
                while (Volatile.Read(ref _counters.Remaining) != 0)
                {
                    ThreadMonitor.Wait(_callerGate);
                }

                _callerSleeps = 0;
            }
        }
    }
}
