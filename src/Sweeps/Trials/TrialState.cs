namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What became of a trial.</summary>
public enum TrialState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It has a score.</summary>
    Completed,

    /// <summary>It was hopeless beside the others, and stopped.</summary>
    Pruned,

    /// <summary>It came to an error, which <see cref="Trial.Reason"/> tells.</summary>
    Failed,

    /// <summary>The sweep ended before it did. A resumed sweep runs it again.</summary>
    Interrupted,
}
