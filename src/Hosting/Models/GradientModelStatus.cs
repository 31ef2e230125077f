namespace MLNet.GradientTrainers.Hosting;

/// <summary>The state of a model in a service.</summary>
/// <param name="Version">The version that answers; null while none does.</param>
/// <param name="LoadedAt">When it was loaded; null while none is.</param>
/// <param name="Reloads">How often a model was taken, the first one included.</param>
/// <param name="FailedReloads">How often one was refused or missing; the same content counts once.</param>
/// <param name="Problem">Why the newest content was not taken: a sentence; null when it was.</param>
public sealed record GradientModelStatus(string? Version, DateTimeOffset? LoadedAt, long Reloads, long FailedReloads, string? Problem);

/// <summary>What came of a look at a model's source.</summary>
/// <param name="Outcome">Whether there was something new, and whether it was taken.</param>
/// <param name="Problem">Why it was not taken; null otherwise.</param>
public sealed record ModelReload(ModelReloadOutcome Outcome, string? Problem = null);

/// <summary>What came of a look at a model's source.</summary>
public enum ModelReloadOutcome
{
    /// <summary>It is as it was.</summary>
    Unchanged,

    /// <summary>A new model answers.</summary>
    Loaded,

    /// <summary>What is there was not taken; the old model answers on.</summary>
    Refused,
}
