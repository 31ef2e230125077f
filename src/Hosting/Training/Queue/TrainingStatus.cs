namespace MLNet.GradientTrainers.Hosting;

/// <summary>Where a run stands.</summary>
public enum TrainingStatus
{
    /// <summary>It waits.</summary>
    Queued,

    /// <summary>It prepares, trains, is evaluated or published.</summary>
    Running,

    /// <summary>Its model is the current one of the store, or was.</summary>
    Published,

    /// <summary>Its model was trained, and not published: the current one is better by the job's rule.</summary>
    Rejected,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>The service ended before it did. With <see cref="GradientTrainingOptions.StateFolder"/> it goes on when the service is started again, as another <see cref="TrainingRun"/> with the same id.</summary>
    Interrupted,
}

/// <summary>How a run ended.</summary>
/// <param name="Status">How.</param>
/// <param name="Reason">Why, a sentence without a full stop, fit for people; of a failure its message.</param>
public sealed record TrainingResult(TrainingStatus Status, string Reason)
{
    /// <summary>The published version; null for none.</summary>
    public ModelVersion? Version { get; init; }

    /// <summary>What a failed run threw; null for nothing.</summary>
    public Exception? Exception { get; init; }
}
