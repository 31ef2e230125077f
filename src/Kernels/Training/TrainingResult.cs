namespace MLNet.GradientTrainers.Kernels;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were done.</summary>
    Completed,

    /// <summary>There was no improvement for as long as <see cref="EarlyStopping.Patience"/> allows.</summary>
    EarlyStopping,

    /// <summary>The gradient or the change of the loss fell below the tolerance.</summary>
    Converged,

    /// <summary>It was cancelled, and <see cref="CancellationBehavior.ReturnBest"/> asked for what was there.</summary>
    Cancelled,
}

/// <summary>The outcome of a run; the weights are in the network.</summary>
/// <param name="History">The finished epochs.</param>
/// <param name="BestEpoch">Number of the best finished epoch by the monitored figure; 0 when none was finished.</param>
/// <param name="RestoredBest">True when the network ended with the weights of <paramref name="BestEpoch"/>, false when with the last ones.</param>
/// <param name="StopReason">Why the run ended.</param>
public sealed record TrainingResult(TrainingHistory History, int BestEpoch, bool RestoredBest, StopReason StopReason)
{
    /// <summary>
    /// Rows that each epoch left out, 0 for most networks: those of a last batch with fewer rows than the network can learn from, see <see cref="NetworkDefinition.SmallestBatch"/>.
    /// </summary>
    public int RowsLeftOut { get; init; }

    /// <summary>
    /// The network beside the best constant; null for a run that was cancelled, for targets that do not vary, and for losses that are neither of single outputs nor of classes.
    /// </summary>
    public BaselineComparison? Baseline { get; init; }

    /// <summary>Number of finished epochs.</summary>
    public int Epochs => History.Epochs.Count;
}
