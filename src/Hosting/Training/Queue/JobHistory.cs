namespace MLNet.GradientTrainers.Hosting;

/// <summary>How the runs of a job ended in this process.</summary>
/// <param name="LastSuccess">When the last one came to a decision, published or not; null for never.</param>
/// <param name="LastFailure">When the last one failed; null for never.</param>
/// <param name="FailureReason">Why.</param>
/// <param name="LastFailed">Whether none has come to a decision since.</param>
internal sealed record JobHistory(DateTimeOffset? LastSuccess, DateTimeOffset? LastFailure, string FailureReason, bool LastFailed)
{
    public static readonly JobHistory Empty = new(null, null, "", false);

    public JobHistory With(TrainingResult result, DateTimeOffset time) => result.Status switch
    {
        TrainingStatus.Published or TrainingStatus.Rejected => this with { LastSuccess = time, LastFailed = false },
        TrainingStatus.Failed => this with { LastFailure = time, FailureReason = result.Reason, LastFailed = true },
        _ => this,
    };
}
