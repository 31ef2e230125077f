namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a worker is to a sweep.</summary>
public enum SweepWorkerState
{
    /// <summary>It takes trials.</summary>
    Joined,

    /// <summary>It has left in an orderly way.</summary>
    Left,

    /// <summary>It was killed or cut off.</summary>
    Lost,

    /// <summary>It says another sweep, or has other rows.</summary>
    Refused,
}

/// <summary>A worker as the coordinator knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address and port.</param>
/// <param name="State">What it is.</param>
/// <param name="TrialsAtOnce">Trials that it runs at once.</param>
/// <param name="Trials">Numbers of those that it runs now.</param>
/// <param name="Finished">How many it has finished.</param>
public sealed record SweepWorker(string Name, string Address, SweepWorkerState State, int TrialsAtOnce, IReadOnlyList<int> Trials, int Finished);
