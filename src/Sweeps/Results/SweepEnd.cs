namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Why a sweep ended.</summary>
public enum SweepEnd
{
    /// <summary>As many trials were made as were wanted.</summary>
    TrialsDone,

    /// <summary>Its time was over; a trial that ran then is <see cref="TrialState.Interrupted"/>.</summary>
    TimeOver,

    /// <summary>It was cancelled; trials that ran then are <see cref="TrialState.Interrupted"/>.</summary>
    Cancelled,

    /// <summary>The first trials failed, all for the same reason, see <see cref="GradientSweep.StopAfterSameFailures"/>.</summary>
    SameFailure,

    /// <summary>All values of the space were tried.</summary>
    SpaceExhausted,
}
