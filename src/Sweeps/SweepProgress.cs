namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What has just happened in a sweep.</summary>
public enum SweepEvent
{
    /// <summary>A trial has begun.</summary>
    TrialStarted,

    /// <summary>A trial has finished an epoch.</summary>
    EpochFinished,

    /// <summary>A trial is over.</summary>
    TrialFinished,
}

/// <summary>A step of a sweep; a live table of trials can be drawn from it alone. Steps come one at a time, from the threads of the trials.</summary>
/// <param name="Event">What has happened.</param>
/// <param name="Trial">The trial that it happened to, as it is now.</param>
/// <param name="Trials">All trials so far as they are now, by number.</param>
/// <param name="Best">The best completed one so far; null before the first.</param>
/// <param name="Elapsed">Time since the sweep was started or resumed.</param>
public sealed record SweepProgress(SweepEvent Event, Trial Trial, IReadOnlyList<Trial> Trials, Trial? Best, TimeSpan Elapsed);
