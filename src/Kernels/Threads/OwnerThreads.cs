using System.Runtime.ExceptionServices;
using ThreadMonitor = System.Threading.Monitor;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A caller and size − 1 background threads, each of which always does the work of the same index, as devices want whose contexts belong to a thread. The threads sleep between two works. For one caller at a time.
/// </summary>
internal sealed class OwnerThreads : IDisposable
{
    private readonly object _gate = new();
    private readonly Exception?[] _failures;
    private Action<int>? _work;
    private int _number;
    private int _running;
    private bool _stopped;

    /// <summary>Starts the threads.</summary>
    /// <param name="size">Threads including the caller, at least 1.</param>
    /// <exception cref="Exception">The system refuses a thread; those started before have ended.</exception>
    public OwnerThreads(int size)
    {
        _failures = new Exception?[size];
        try
        {
            for (int i = 1; i < size; i++)
            {
                int index = i;
                new Thread(() => Work(index)) { IsBackground = true, Name = $"Gradient trainers, device {index}" }.UnsafeStart();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Threads including the caller.</summary>
    public int Size => _failures.Length;

    /// <summary>Does work for every index, 0 on the caller, and waits for all.</summary>
    /// <param name="work">What to do; told the index.</param>
    /// <exception cref="Exception">That of the lowest index that failed, after all have ended.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted while it waited; all have ended and none has failed.</exception>
    public void Run(Action<int> work)
    {
        bool interrupted = false;
        Uninterrupted.Enter(_gate, ref interrupted);
        (_work, _running) = (work, Size - 1);
        _number++;
        ThreadMonitor.PulseAll(_gate);
        ThreadMonitor.Exit(_gate);
        Do(work, 0);

        // Also after a failure: the others still use what the caller owns.
        Uninterrupted.Enter(_gate, ref interrupted);
        while (_running > 0)
        {
            Uninterrupted.Wait(_gate, ref interrupted);
        }

        ThreadMonitor.Exit(_gate);
        if (Array.Find(_failures, failure => failure is not null) is { } first)
        {
            Array.Clear(_failures);
            Uninterrupted.Restore(interrupted);
            ExceptionDispatchInfo.Throw(first);
        }

        if (interrupted)
        {
            throw new ThreadInterruptedException();
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        bool interrupted = false;
        Uninterrupted.Enter(_gate, ref interrupted);
        _stopped = true;
        ThreadMonitor.PulseAll(_gate);
        ThreadMonitor.Exit(_gate);
        Uninterrupted.Restore(interrupted);
    }

    private void Work(int index)
    {
        // Only the work itself can have interrupted this thread, by mistake: there is nobody to tell.
        bool interrupted = false;
        int done = 0;
        while (true)
        {
            Uninterrupted.Enter(_gate, ref interrupted);
            while (_number == done && !_stopped)
            {
                Uninterrupted.Wait(_gate, ref interrupted);
            }

            (done, Action<int>? work) = (_number, _stopped ? null : _work);
            ThreadMonitor.Exit(_gate);
            if (work is null)
            {
                return;
            }

            Do(work, index);
            Uninterrupted.Enter(_gate, ref interrupted);
            if (--_running == 0)
            {
                ThreadMonitor.PulseAll(_gate);
            }

            ThreadMonitor.Exit(_gate);
        }
    }

    private void Do(Action<int> work, int index)
    {
        try
        {
            work(index);
        }
        catch (Exception failure)
        {
            _failures[index] = failure;
        }
    }
}
