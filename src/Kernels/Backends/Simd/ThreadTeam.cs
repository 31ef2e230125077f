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
/// A caller and size − 1 background threads that fork and join within microseconds. A thread that waits spins briefly, because the next operation of
/// a training step usually follows at once, then sleeps, so that an idle or crowded machine loses nothing. Nothing is allocated by <see cref="Run"/>.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
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

        _rendezvous = new Rendezvous(size);
        for (int i = 1; i < size; i++)
        {
            int index = i;
            Rendezvous rendezvous = _rendezvous;
            new Thread(() => rendezvous.Work(index)) { IsBackground = true, Name = $"SIMD back end {index}" }.Start();
        }
    }

    /// <summary>Ends the threads.</summary>
    ~ThreadTeam() => _rendezvous?.Stop();

    /// <summary>Threads including the caller.</summary>
    public int Size { get; }

    /// <summary>Runs all parts of a job, part 0 on the caller, and waits for them.</summary>
    /// <param name="job">The job: may lie on the caller's stack.</param>
    /// <param name="parts">Number of parts, at most <see cref="Size"/>.</param>
    /// <exception cref="Exception">The first one that a part threw, after all parts have ended.</exception>
    public void Run<TJob>(ref TJob job, int parts)
        where TJob : struct, ITeamJob
    {
        if (parts <= 1)
        {
            job.Run(0, 1);
        }
        else
        {
            _rendezvous!.Run(Unsafe.AsPointer(ref job), &Invoke<TJob>, parts);
            GC.KeepAlive(this);
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

    /// <summary>The counters, each on its own cache lines: one is polled by the workers, the other by the caller.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)]
        public int Generation;

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
        private int _sleepingWorkers;
        private int _sleepingCaller;
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
            Volatile.Write(ref _counters.Remaining, size - 1);
            WakeWorkers();
            try
            {
                entry(job, 0, parts);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }

            // Also after a failure: the workers still use the job, which lies on a stack frame above.
            AwaitWorkers();
            if (_failure is not null)
            {
                Exception failure = _failure;
                _failure = null;
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        public void Work(int index)
        {
            int seen = 0;
            while (true)
            {
                AwaitJob(seen++);
                if (_stopped)
                {
                    return;
                }

                if (index < _parts)
                {
                    try
                    {
                        _entry(_job, index, _parts);
                    }
                    catch (Exception e)
                    {
                        Interlocked.CompareExchange(ref _failure, e, null);
                    }
                }

                if (Interlocked.Decrement(ref _counters.Remaining) == 0 && Volatile.Read(ref _sleepingCaller) != 0)
                {
                    lock (_callerGate)
                    {
                        ThreadMonitor.Pulse(_callerGate);
                    }
                }
            }
        }

        public void Stop()
        {
            _stopped = true;
            WakeWorkers();
        }

        private void WakeWorkers()
        {
            // The increment is a full fence: a worker either sees the new generation or is counted as sleeping.
            Interlocked.Increment(ref _counters.Generation);
            if (Volatile.Read(ref _sleepingWorkers) != 0)
            {
                lock (_workersGate)
                {
                    ThreadMonitor.PulseAll(_workersGate);
                }
            }
        }

        private void AwaitJob(int seen)
        {
            for (int i = 0; i < _spins; i++)
            {
                if (Volatile.Read(ref _counters.Generation) != seen)
                {
                    return;
                }

                Thread.SpinWait(1);
            }

            lock (_workersGate)
            {
                Interlocked.Increment(ref _sleepingWorkers);
                while (Volatile.Read(ref _counters.Generation) == seen)
                {
                    ThreadMonitor.Wait(_workersGate);
                }

                Interlocked.Decrement(ref _sleepingWorkers);
            }
        }

        private void AwaitWorkers()
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
                Interlocked.Exchange(ref _sleepingCaller, 1);
                while (Volatile.Read(ref _counters.Remaining) != 0)
                {
                    ThreadMonitor.Wait(_callerGate);
                }

                Volatile.Write(ref _sleepingCaller, 0);
            }
        }
    }
}
