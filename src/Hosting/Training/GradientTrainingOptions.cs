namespace MLNet.GradientTrainers.Hosting;

/// <summary>How training jobs are run in a service: <c>services.AddGradientTraining(options => …)</c>.</summary>
public sealed class GradientTrainingOptions
{
    /// <summary>
    /// Where the queue, the checkpoints of running trainings and the times of schedules are kept, so that they go on after a restart and after a crash. It belongs to one process at a time. Null, the default, keeps nothing:
    /// what runs or waits when the service ends is lost.
    /// </summary>
    public string? StateFolder { get; set; }

    /// <summary>Runs that may wait, at least 1; one more is refused. Default: 16.</summary>
    public int QueueCapacity { get; set; } = 16;

    /// <summary>Runs at once, at least 1; they share <see cref="NumberOfThreads"/>. A job never runs twice at once. Default: 1.</summary>
    public int ConcurrentRuns { get; set; } = 1;

    /// <summary>Threads of all runs together, at least 1; null, the default, for all cores. The trained model is the same for any number.</summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>How often a running training writes its checkpoint, above 0; a service that is stopped writes one more. Default: 30 seconds.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Starts of one run that may end with the process, at least 1: a run that crashes its process is given up then instead of crashing it for ever. Default: 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Finished runs that <see cref="ITrainingQueue.Finished"/> tells of, at least 0. Default: 50.</summary>
    public int KeptRuns { get; set; } = 50;

    /// <summary>How long the start waits for another process that has <see cref="StateFolder"/>, at least 0; a service that is being replaced takes its time to stop. Default: 10 seconds.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Threads of one run.</summary>
    internal int ThreadsPerRun => Math.Max(1, (NumberOfThreads ?? Environment.ProcessorCount) / ConcurrentRuns);
}
