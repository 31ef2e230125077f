using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a sweep makes as good as it can, and what its trials' epochs are compared by.</summary>
/// <param name="Name">The name, as leaderboards show it.</param>
/// <param name="HigherIsBetter">Whether it is maximised.</param>
/// <param name="Evaluate">The metric of scored rows.</param>
public sealed record SweepMetric(string Name, bool HigherIsBetter, Func<MLContext, IDataView, double> Evaluate)
{
    /// <summary>What is shown and compared of an epoch: a figure that orders models as the metric does. Default: the validation metric.</summary>
    public Func<EpochRecord, double> OfEpoch { get; init; } = epoch => epoch.ValidationMetric;

    /// <summary>The name of <see cref="OfEpoch"/>, for charts.</summary>
    public string EpochName { get; init; } = "validation " + Name;

    /// <summary>Whether epochs are better the higher <see cref="OfEpoch"/> is.</summary>
    public bool EpochHigherIsBetter { get; init; } = HigherIsBetter;

    /// <summary>The share of rows whose class is told right.</summary>
    /// <param name="labelColumnName">The label, a key.</param>
    public static SweepMetric Accuracy(string labelColumnName = "Label") =>
        new("accuracy", true, (context, scored) => Multiclass(context, scored, labelColumnName).MicroAccuracy);

    /// <summary>The mean over the classes of the share of rows that is told right.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static SweepMetric MacroAccuracy(string labelColumnName = "Label") =>
        new("macro accuracy", true, (context, scored) => Multiclass(context, scored, labelColumnName).MacroAccuracy) { EpochName = "validation accuracy" };

    /// <summary>The mean of −log of the probability that the right class was given.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static SweepMetric LogLoss(string labelColumnName = "Label") =>
        new("log-loss", false, (context, scored) => Multiclass(context, scored, labelColumnName).LogLoss) { OfEpoch = epoch => epoch.ValidationLoss, EpochName = "validation loss" };

    /// <summary>The root of the mean squared error, in the label's unit.</summary>
    /// <param name="labelColumnName">The label, a Single.</param>
    public static SweepMetric RootMeanSquaredError(string labelColumnName = "Label") =>
        new("RMSE", false, (context, scored) => Regression(context, scored, labelColumnName).RootMeanSquaredError);

    /// <summary>The mean absolute error, in the label's unit; epochs are compared by their RMSE.</summary>
    /// <inheritdoc cref="RootMeanSquaredError"/>
    public static SweepMetric MeanAbsoluteError(string labelColumnName = "Label") =>
        new("MAE", false, (context, scored) => Regression(context, scored, labelColumnName).MeanAbsoluteError) { EpochName = "validation RMSE" };

    /// <summary>R², the share of the label's variance that is explained; epochs are compared by their RMSE.</summary>
    /// <inheritdoc cref="RootMeanSquaredError"/>
    public static SweepMetric RSquared(string labelColumnName = "Label") =>
        new("R²", true, (context, scored) => Regression(context, scored, labelColumnName).RSquared) { EpochName = "validation RMSE", EpochHigherIsBetter = false };

    /// <summary>The share of rows of which a binary classifier tells the truth; also of one that is not calibrated.</summary>
    /// <param name="labelColumnName">The label, a Boolean.</param>
    public static SweepMetric BinaryAccuracy(string labelColumnName = "Label") =>
        new("accuracy", true, (context, scored) => context.BinaryClassification.EvaluateNonCalibrated(scored, labelColumnName).Accuracy);

    /// <summary>The area under the ROC curve of a binary classifier.</summary>
    /// <inheritdoc cref="BinaryAccuracy"/>
    public static SweepMetric AreaUnderRocCurve(string labelColumnName = "Label") =>
        new("AUC", true, (context, scored) => context.BinaryClassification.EvaluateNonCalibrated(scored, labelColumnName).AreaUnderRocCurve);

    /// <summary>F1 of a classifier of several labels, over all rows and labels together; epochs are compared by the share of labels told right.</summary>
    /// <param name="labelColumnName">The label, a vector of Boolean, or of Single with 0 and 1.</param>
    public static SweepMetric MicroF1(string labelColumnName = "Label") =>
        new("micro F1", true, (context, scored) => context.BinaryClassification.EvaluateLabels(scored, labelColumnName).MicroF1) { EpochName = "validation accuracy" };

    /// <summary>The mean of the labels' average precision, which looks at the order of scores alone; epochs are compared by the share of labels told right.</summary>
    /// <inheritdoc cref="MicroF1"/>
    public static SweepMetric MeanAveragePrecision(string labelColumnName = "Label") =>
        new("mean average precision", true, (context, scored) => context.BinaryClassification.EvaluateLabels(scored, labelColumnName).MeanAveragePrecision) { EpochName = "validation accuracy" };

    /// <summary>Whether one score beats another; NaN never does.</summary>
    /// <param name="score">The one.</param>
    /// <param name="other">The other.</param>
    public bool IsBetter(double score, double other) => Rank(score, HigherIsBetter) < Rank(other, HigherIsBetter);

    /// <summary>The lower, the better; NaN is worst.</summary>
    internal static double Rank(double value, bool higherIsBetter) => double.IsNaN(value) ? double.PositiveInfinity : higherIsBetter ? -value : value;

    private static MulticlassClassificationMetrics Multiclass(MLContext context, IDataView scored, string label) => context.MulticlassClassification.Evaluate(scored, label);

    private static RegressionMetrics Regression(MLContext context, IDataView scored, string label) => context.Regression.Evaluate(scored, label);
}
