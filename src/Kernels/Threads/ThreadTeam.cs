using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A caller and size − 1 background threads that fork and join within a microsecond. Each takes part after part of a job until none is left, so that
/// a thread that the system has put aside holds up at most the part that it has begun. The caller takes the first parts and the others the last
/// ones, so that in the next job most of them meet what they have in their caches. A thread that waits spins briefly, because the next
/// operation of a training step usually follows at once, then sleeps. <see cref="Run"/> allocates nothing. For one caller at a time.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>The largest number of parts of a job.</summary>
    public const int MaxParts = ushort.MaxValue;

    /// <summary>Bytes of a thread's stack: what Windows gives by default, an eighth of Linux's. Rows are read on it, perhaps by the user's own code.</summary>
    private const int StackSize = 1 << 20;

    // The threads know only this, so that a team that nobody disposed of is found by the finalizer and its threads end.
    private readonly Rendezvous? _rendezvous;

    /// <summary>
    /// Starts the threads. Where the system refuses one, for example because a container limits its processes, the team keeps half of those that it has: the last ones of all would be
    /// missing elsewhere in the process.
    /// </summary>
    /// <param name="size">Threads including the caller, at least 1.</param>
    public ThreadTeam(int size)
        : this(size, static thread => thread.UnsafeStart())
    {
    }

    /// <summary>The same with another way to start a thread.</summary>
    internal ThreadTeam(int size, Action<Thread> start)
    {
        Rendezvous rendezvous = new(size);
        try
        {
            int started = 1;
            while (started < size && TryStart(rendezvous, started, start))
            {
                started++;
            }

            Size = started == size ? size : 1 + ((started - 1) / 2);
            rendezvous.Keep(Size);
        }
        catch
        {
            rendezvous.Stop();
            throw;
        }

        if (Size > 1)
        {
            _rendezvous = rendezvous;
        }
        else
        {
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Ends the threads.</summary>
    ~ThreadTeam() => _rendezvous?.Stop();

    /// <summary>The largest team that <see cref="SizeFor"/> gives: more threads than this only wait for each other, and tens of thousands end the process.</summary>
    public static int LargestSize => Math.Max(16, 4 * Environment.ProcessorCount);

    /// <summary>Threads including the caller.</summary>
    public int Size { get; }

    /// <summary>The size of a team for a setting.</summary>
    /// <param name="threads">Threads including the caller, at least 0: 0 for one a processor; more than <see cref="LargestSize"/> are as many.</param>
    public static int SizeFor(int threads) => threads == 0 ? Environment.ProcessorCount : Math.Min(threads, LargestSize);

    /// <summary>Runs all parts of a job, on the caller too, and waits for them: no exception leaves while one runs.</summary>
    /// <param name="job">The job: may lie on the caller's stack.</param>
    /// <param name="parts">Number of parts, at most <see cref="MaxParts"/>; a single one runs on the caller.</param>
    /// <exception cref="Exception">The first one that a part threw, after all parts have ended.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted while it waited; all parts have ended and none has failed.</exception>
    /// <exception cref="InvalidOperationException">The team is at work: another thread called, or a part of a job.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>False when the system gives no further thread.</summary>
    private static bool TryStart(Rendezvous rendezvous, int index, Action<Thread> start)
    {
        try
        {
            start(new Thread(() => rendezvous.Work(index), StackSize) { IsBackground = true, Name = $"Gradient trainers {index}" });
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }
    }

    private static void Invoke<TJob>(void* job, int part, int parts)
        where TJob : struct, ITeamJob => Unsafe.AsRef<TJob>(job).Run(part, parts);
}
