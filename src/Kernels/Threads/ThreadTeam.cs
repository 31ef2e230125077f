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
            new Thread(rendezvous.Work) { IsBackground = true, Name = $"Gradient trainers {i}" }.UnsafeStart();
        }
    }

    /// <summary>Ends the threads.</summary>
    ~ThreadTeam() => _rendezvous?.Stop();

    /// <summary>Threads including the caller.</summary>
    public int Size { get; }

    /// <summary>Runs all parts of a job, on the caller too, and waits for them: no exception leaves while one runs.</summary>
    /// <param name="job">The job: may lie on the caller's stack.</param>
    /// <param name="parts">Number of parts, at most <see cref="MaxParts"/>; a single one runs on the caller.</param>
    /// <exception cref="Exception">The first one that a part threw, after all parts have ended.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted while it waited; all parts have ended and none has failed.</exception>
    /// <exception cref="InvalidOperationException">The team is at work: another thread called, or a part of a job.</exception>
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
}
