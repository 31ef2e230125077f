namespace MLNet.GradientTrainers.Kernels;

/// <summary>The kinds of back end.</summary>
public enum BackendKind
{
    /// <summary>The fastest one that this machine has.</summary>
    Auto,

    /// <summary>Plain loops on one thread: slow, the definition of every operation.</summary>
    Reference,

    /// <summary>Vector instructions and threads of the processor.</summary>
    Simd,
}

/// <summary>The one place that chooses a back end.</summary>
public static class Backend
{
    /// <summary>Creates a back end. Dispose of it after use: it may hold threads and memory.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="threads">
    /// Threads that it may use, the caller included; 0 for one a processor. More than four times the cores, or 16 where that is more, count as so many, and where the system refuses a thread, as in a container whose
    /// processes are limited, it goes on with fewer: <see cref="IBackend{T}.Name"/> tells how many. No result depends on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 0, or <paramref name="kind"/> is no kind.</exception>
    public static IBackend<float> Create(BackendKind kind = BackendKind.Auto, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return kind switch
        {
            BackendKind.Auto or BackendKind.Simd => new SimdBackend(threads),
            BackendKind.Reference => new ReferenceBackend<float>(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of back end."),
        };
    }
}
