namespace MLNet.GradientTrainers.Hosting;

/// <summary>Times at which a job is queued, unless a run of it waits or runs.</summary>
/// <param name="Cron">
/// A cron expression of five fields, or of six with seconds first: <c>0 3 * * *</c> is every day at three, <c>@hourly</c> and other names are known. Times that a change to summer time leaves out come right after it; times
/// that the change back repeats come once, unless the expression is for each hour or less.
/// </param>
public sealed record TrainingSchedule(string Cron)
{
    /// <summary>The time zone of the expression. Default: UTC.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>What happens when the time came while the service did not run; it takes <see cref="GradientTrainingOptions.StateFolder"/> to know. Default: one run, however many were missed.</summary>
    public MissedRuns Missed { get; init; } = MissedRuns.RunOnce;
}

/// <summary>What happens to the times of a schedule that were missed.</summary>
public enum MissedRuns
{
    /// <summary>One run is queued, however many were missed.</summary>
    RunOnce,

    /// <summary>They are passed over.</summary>
    Skip,
}
