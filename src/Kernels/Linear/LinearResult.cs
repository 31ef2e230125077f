namespace MLNet.GradientTrainers.Kernels;

/// <summary>The outcome of a linear regression.</summary>
/// <param name="Model">The weights: the last ones, those of the best epoch, or their mean, as the options say.</param>
/// <param name="History">The finished epochs; the metric is the root mean squared error, of rows by their weights.</param>
/// <param name="FinalLoss">
/// The loss of <paramref name="Model"/> over the training rows, for full batches; NaN for smaller ones, where the last epoch's loss is close to it.
/// </param>
/// <param name="BestEpoch">Number of the best finished epoch by the monitored figure; 0 when none was finished.</param>
/// <param name="RestoredBest">True when <paramref name="Model"/> is that of <paramref name="BestEpoch"/>.</param>
/// <param name="StopReason">Why the run ended.</param>
/// <param name="Path">The start and the weights after each epoch, with <see cref="LinearOptions.RecordPath"/>; else empty.</param>
public sealed record LinearResult(
    LinearModel Model, TrainingHistory History, double FinalLoss, int BestEpoch, bool RestoredBest, StopReason StopReason, IReadOnlyList<LinearModel> Path)
{
    /// <summary>The model beside the best constant; null for a run that was cancelled, and for targets that do not vary.</summary>
    public BaselineComparison? Baseline { get; init; }

    /// <summary>Number of finished epochs.</summary>
    public int Epochs => History.Epochs.Count;
}
