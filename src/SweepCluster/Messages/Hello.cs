namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>What a worker tells the coordinator, some times a second: that it is there, and what it has in hand.</summary>
/// <param name="Worker">Its silo.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Slots">Trials that it runs at once.</param>
/// <param name="Facts">Which sweep its program says, as the first line of a journal; only where the coordinator has asked.</param>
/// <param name="Version">The version of this library.</param>
/// <param name="Work">What it has in hand.</param>
[GenerateSerializer, Immutable, Alias("sweep.Hello")]
internal sealed record Hello(
    [property: Id(0)] SiloAddress Worker, [property: Id(1)] string Name, [property: Id(2)] int Slots, [property: Id(3)] string? Facts, [property: Id(4)] string Version, [property: Id(5)] WorkInHand[] Work);

/// <param name="Order">What was ordered.</param>
/// <param name="IsDone">Whether its outcome is there, and only waits to be taken.</param>
[GenerateSerializer, Immutable, Alias("sweep.WorkInHand")]
internal sealed record WorkInHand([property: Id(0)] TrialOrder Order, [property: Id(1)] bool IsDone);

/// <summary>What a worker is to the coordinator.</summary>
internal enum Welcome
{
    /// <summary>It is one of its workers.</summary>
    Accepted,

    /// <summary>It is new: it is to tell its facts.</summary>
    Unknown,

    /// <summary>It can't be one.</summary>
    Refused,

    /// <summary>The sweep is over.</summary>
    Over,
}

/// <param name="Welcome">What the worker is.</param>
/// <param name="Reason">Why it is refused.</param>
/// <param name="Drop">Attempts that nobody waits for.</param>
[GenerateSerializer, Immutable, Alias("sweep.HelloAnswer")]
internal sealed record HelloAnswer([property: Id(0)] Welcome Welcome, [property: Id(1)] string? Reason, [property: Id(2)] Guid[] Drop);
