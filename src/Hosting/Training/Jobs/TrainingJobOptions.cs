namespace MLNet.GradientTrainers.Hosting;

/// <summary>A job: where its models go, when they are published, and what starts it.</summary>
public sealed class TrainingJobOptions
{
    /// <summary>The name of the <see cref="ModelStore"/> to publish to, registered by <c>AddGradientModelStore</c>; null, the default, for the store with the name of the job.</summary>
    public string? Store { get; set; }

    /// <summary>When a new model takes the place of the current one. It must be set, for example to <c>PublishingRule.NotWorse(ModelMetric.Accuracy())</c>.</summary>
    public PublishingRule? Rule { get; set; }

    /// <summary>Share of the rows that is held out to evaluate on, above 0 and below 1, where the plan gives none. Default: 0.2.</summary>
    public double HeldOutFraction { get; set; } = 0.2;

    /// <summary>
    /// The seed of that split, the same for all runs: rows that were held out from the current model are held out from the new one as well, as long as new rows come behind the old ones. Default: 1.
    /// </summary>
    public int SplitSeed { get; set; } = 1;

    /// <summary>The seed of the training; null, the default, draws one for each run, which the version tells.</summary>
    public int? Seed { get; set; }

    /// <summary>What happens to a run that is asked for while an equal one waits. Default: it is merged with that one.</summary>
    public WhenQueued WhenQueued { get; set; } = WhenQueued.Merge;

    /// <summary>Whether a start of the service queues a run where the store has no current model. Default: no.</summary>
    public bool RunWhenNoModel { get; set; }

    /// <summary>Times at which a run is queued.</summary>
    public IList<TrainingSchedule> Schedules { get; } = [];

    /// <summary>Files whose change queues a run.</summary>
    public IList<WatchedFile> Files { get; } = [];
}

/// <summary>What happens to a run that is asked for while an equal one waits: one of the same job with the same parameters.</summary>
public enum WhenQueued
{
    /// <summary>The one that waits stands for both.</summary>
    Merge,

    /// <summary>The new one is refused.</summary>
    Refuse,
}
