namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>What a worker is to do: one attempt at a trial. Values travel as the journal has them, so that all digits are kept.</summary>
/// <param name="Attempt">The attempt; an order that is given again joins the one that runs.</param>
/// <param name="Worker">The silo that it is meant for.</param>
/// <param name="Trial">The trial's number.</param>
/// <param name="Values">Its values as JSON.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="FitsAll">Whether it is to be fitted on all rows for its model, and not on the folds for its score.</param>
/// <param name="TimeLimit">The time of a trial; null for none.</param>
/// <param name="BestScore">The score to beat, without which a model is not worth keeping; null for none.</param>
[GenerateSerializer, Immutable, Alias("sweep.TrialOrder")]
internal sealed record TrialOrder(
    [property: Id(0)] Guid Attempt,
    [property: Id(1)] SiloAddress Worker,
    [property: Id(2)] int Trial,
    [property: Id(3)] string Values,
    [property: Id(4)] int Seed,
    [property: Id(5)] bool FitsAll,
    [property: Id(6)] TimeSpan? TimeLimit,
    [property: Id(7)] double? BestScore)
{
    /// <summary>Whether another order is the same work.</summary>
    public bool IsSameWork(TrialOrder other) => other.Trial == Trial && other.Values == Values && other.Seed == Seed && other.FitsAll == FitsAll;
}
