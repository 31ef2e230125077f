namespace MLNet.GradientTrainers.Hosting;

/// <summary>A run was not queued.</summary>
public sealed class TrainingRefusedException : InvalidOperationException
{
    internal TrainingRefusedException(TrainingRefusal refusal, string message)
        : base(message) => Refusal = refusal;

    /// <summary>Why.</summary>
    public TrainingRefusal Refusal { get; }
}

/// <summary>Why a run was not queued.</summary>
public enum TrainingRefusal
{
    /// <summary>As many runs wait as may: <see cref="GradientTrainingOptions.QueueCapacity"/>.</summary>
    QueueFull,

    /// <summary>An equal run waits, and the job refuses another one: <see cref="TrainingJobOptions.WhenQueued"/>.</summary>
    AlreadyQueued,

    /// <summary>The service is about to end.</summary>
    Stopping,

    /// <summary>A run of the job runs or waits, and the request wants none beside it: <see cref="TrainingRequest.OnlyWhenIdle"/>.</summary>
    Busy,
}
