using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Makes options of our trainers part of something larger that runs them: a trial, or a run of a training job.</summary>
internal static class JoinedOptions
{
    /// <summary>Sets what all trainers of the run have in common. A seed and threads that are set stay.</summary>
    /// <param name="options">The options; they are changed.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="numberOfThreads">Its threads, for trainers that take several.</param>
    /// <param name="behavior">What a cancelled training does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static void Join(this DescentOptions options, int seed, int numberOfThreads, CancellationBehavior behavior, CancellationToken cancellationToken)
    {
        options.Seed ??= seed;
        options.CancellationToken = cancellationToken;
        options.CancellationBehavior = behavior;
        if (options is NetworkTrainerOptions network)
        {
            network.NumberOfThreads ??= numberOfThreads;
        }
        else if (options is LinearOptions linear)
        {
            linear.NumberOfThreads ??= numberOfThreads;
        }
    }
}
