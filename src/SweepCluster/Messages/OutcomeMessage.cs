namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>How an attempt ended. Its model, where there is one that is worth keeping, is in the sweep's store.</summary>
[GenerateSerializer, Immutable, Alias("sweep.Outcome")]
internal sealed record OutcomeMessage(
    [property: Id(0)] TrialState State,
    [property: Id(1)] double? Score,
    [property: Id(2)] string? Reason,
    [property: Id(3)] double[] FoldScores,
    [property: Id(4)] TimeSpan Duration)
{
    public static OutcomeMessage Of(TrialOutcome outcome, TimeSpan duration) => new(outcome.State, outcome.Score, outcome.Reason, [.. outcome.FoldScores], duration);

    public TrialOutcome ToOutcome() => new(State, Score, Reason) { FoldScores = FoldScores, Duration = Duration };
}
