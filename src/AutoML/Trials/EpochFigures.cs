using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// What pruning compares of epochs, by the name of AutoML's metric: accuracies by the accuracy on the validation rows, those of regression by the root mean squared error, which is in the label's unit
/// for every trainer, all others by the loss.
/// </summary>
internal static class EpochFigures
{
    /// <summary>The metric as src/Sweeps has it; AutoML evaluates it itself.</summary>
    public static SweepMetric Of(string metricName, bool isMaximize)
    {
        var metric = new SweepMetric(metricName, isMaximize, (_, _) => throw new NotSupportedException("AutoML evaluates."));
        return metricName.Contains("Accuracy", StringComparison.Ordinal) ? metric with { EpochName = "validation accuracy", EpochHigherIsBetter = true }
            : Enum.TryParse<RegressionMetric>(metricName, out _) ? metric with { EpochName = "validation RMSE", EpochHigherIsBetter = false }
            : metric with { OfEpoch = epoch => epoch.ValidationLoss, EpochName = "validation loss", EpochHigherIsBetter = false };
    }
}
