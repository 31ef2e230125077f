namespace MLNet.GradientTrainers.Kernels;

/// <summary>The figures of one epoch.</summary>
/// <param name="Epoch">Number, from 1.</param>
/// <param name="TrainingLoss">
/// Loss over the rows of the epoch, each measured before the update of its batch: the weighted mean, or the sum, as the loss says. Without penalties (L1, L2).
/// </param>
/// <param name="TrainingMetric">The metric from the same passes, of rows by their weights; dropout was active.</param>
/// <param name="ValidationLoss">Loss over the validation data after the epoch; NaN without.</param>
/// <param name="ValidationMetric">Metric over the validation data after the epoch; NaN without.</param>
/// <param name="Seconds">Wall-clock time, validation included.</param>
/// <param name="LearningRate">The rate of the epoch's last update.</param>
public readonly record struct EpochRecord(
    int Epoch, double TrainingLoss, double TrainingMetric, double ValidationLoss, double ValidationMetric, double Seconds, double LearningRate);

/// <summary>The finished epochs of a run.</summary>
/// <param name="Metric">What the metrics measure.</param>
/// <param name="Epochs">One record an epoch, in order.</param>
public sealed record TrainingHistory(Metric Metric, IReadOnlyList<EpochRecord> Epochs);
