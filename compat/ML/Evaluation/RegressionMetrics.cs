namespace Microsoft.ML.Data;

/// <summary>What <see cref="RegressionCatalog.Evaluate"/> measures.</summary>
public sealed class RegressionMetrics
{
    /// <summary>mean |label − score|.</summary>
    public double MeanAbsoluteError { get; }

    /// <summary>mean (label − score)².</summary>
    public double MeanSquaredError { get; }

    /// <summary>√ <see cref="MeanSquaredError"/>.</summary>
    public double RootMeanSquaredError { get; }

    /// <summary>Mean of the loss, which is the squared loss here.</summary>
    public double LossFunction { get; }

    /// <summary>1 − Σ(label − score)² / Σ(label − mean label)²; NaN when all labels are equal.</summary>
    public double RSquared { get; }

    internal RegressionMetrics(double l1, double l2, double rms, double loss, double rSquared)
    {
        MeanAbsoluteError = l1;
        MeanSquaredError = l2;
        RootMeanSquaredError = rms;
        LossFunction = loss;
        RSquared = rSquared;
    }

    internal RegressionMetrics Minus(RegressionMetrics other) => new(
        MeanAbsoluteError - other.MeanAbsoluteError,
        MeanSquaredError - other.MeanSquaredError,
        RootMeanSquaredError - other.RootMeanSquaredError,
        LossFunction - other.LossFunction,
        RSquared - other.RSquared);
}
