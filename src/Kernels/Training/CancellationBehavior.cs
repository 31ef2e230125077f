namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a cancelled run does.</summary>
public enum CancellationBehavior
{
    /// <summary>Throws <see cref="OperationCanceledException"/>; the network keeps the weights it had at that moment.</summary>
    Throw,

    /// <summary>
    /// Returns with the weights of the best finished epoch, and <see cref="StopReason.Cancelled"/>; before any epoch is finished, with the weights of
    /// that moment.
    /// </summary>
    ReturnBest,
}
