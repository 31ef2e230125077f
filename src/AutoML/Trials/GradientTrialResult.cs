using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>A trial's result with what AutoML's own lacks: the curve, and what became of the trial. It comes to tuners and monitors and out of <c>Run</c> as it is.</summary>
public sealed class GradientTrialResult : TrialResult
{
    internal GradientTrialResult(Trial trial, SweepMetric metric) => (Trial, EpochMetric) = (trial, metric);

    /// <summary>The trial: its values by name, its epochs, how it ended and why.</summary>
    public Trial Trial { get; }

    /// <summary>Its epochs, of a cross-validation those of the first fold; empty where no trainer tells any.</summary>
    public IReadOnlyList<EpochRecord> Epochs => Trial.Epochs;

    /// <summary>Whether it was hopeless beside the others and stopped; <see cref="TrialResult.Loss"/> is then that of its best weights.</summary>
    public bool IsPruned => Trial.State == TrialState.Pruned;

    /// <summary>Whether it was not run but taken from the journal of an earlier run. Its model is null unless it is the best one so far.</summary>
    public bool IsFromJournal { get; internal init; }

    /// <summary>What its epochs are compared by.</summary>
    internal SweepMetric EpochMetric { get; }
}
