using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A figure of a model over rows that it has scored.</summary>
/// <param name="Name">Its name, as events, logs and versions tell it.</param>
/// <param name="HigherIsBetter">Whether a higher value is better.</param>
/// <param name="Evaluate">Measures scored rows.</param>
public sealed record ModelMetric(string Name, bool HigherIsBetter, Func<MLContext, IDataView, double> Evaluate)
{
    /// <summary>The share of rows whose class is told right.</summary>
    /// <param name="labelColumnName">The label, a key.</param>
    public static ModelMetric Accuracy(string labelColumnName = "Label") => new("accuracy", true, (context, scored) => context.MulticlassClassification.Evaluate(scored, labelColumnName).MicroAccuracy);

    /// <summary>The mean over the classes of the share of rows that is told right.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static ModelMetric MacroAccuracy(string labelColumnName = "Label") => new("macro accuracy", true, (context, scored) => context.MulticlassClassification.Evaluate(scored, labelColumnName).MacroAccuracy);

    /// <summary>The mean of −ln of the probability that the right class was given.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static ModelMetric LogLoss(string labelColumnName = "Label") => new("log-loss", false, (context, scored) => context.MulticlassClassification.Evaluate(scored, labelColumnName).LogLoss);

    /// <summary>The root of the mean squared error, in the label's unit.</summary>
    /// <param name="labelColumnName">The label, a Single.</param>
    public static ModelMetric RootMeanSquaredError(string labelColumnName = "Label") => new("RMSE", false, (context, scored) => context.Regression.Evaluate(scored, labelColumnName).RootMeanSquaredError);

    /// <summary>The mean absolute error, in the label's unit.</summary>
    /// <inheritdoc cref="RootMeanSquaredError"/>
    public static ModelMetric MeanAbsoluteError(string labelColumnName = "Label") => new("MAE", false, (context, scored) => context.Regression.Evaluate(scored, labelColumnName).MeanAbsoluteError);

    /// <summary>R², the share of the label's variance that is explained.</summary>
    /// <inheritdoc cref="RootMeanSquaredError"/>
    public static ModelMetric RSquared(string labelColumnName = "Label") => new("R²", true, (context, scored) => context.Regression.Evaluate(scored, labelColumnName).RSquared);

    /// <summary>The share of rows of which a binary classifier tells the truth; also of one that is not calibrated.</summary>
    /// <param name="labelColumnName">The label, a Boolean.</param>
    public static ModelMetric BinaryAccuracy(string labelColumnName = "Label") => new("accuracy", true, (context, scored) => context.BinaryClassification.EvaluateNonCalibrated(scored, labelColumnName).Accuracy);

    /// <summary>The area under the ROC curve of a binary classifier.</summary>
    /// <inheritdoc cref="BinaryAccuracy"/>
    public static ModelMetric AreaUnderRocCurve(string labelColumnName = "Label") => new("AUC", true, (context, scored) => context.BinaryClassification.EvaluateNonCalibrated(scored, labelColumnName).AreaUnderRocCurve);

    /// <summary>Whether one value is not worse than another by more than a tolerance; NaN is worse than any number.</summary>
    internal bool IsNotWorse(double value, double other, double tolerance) =>
        double.IsNaN(other) || (!double.IsNaN(value) && (HigherIsBetter ? value >= other - tolerance : value <= other + tolerance));
}
