namespace Microsoft.ML.Data;

/// <summary>Mean and spread of a metric over repeated measurements (Welford's running sums).</summary>
public sealed class MetricStatistics
{
    private double _squares;

    /// <summary>Mean of the values.</summary>
    public double Mean { get; private set; }

    /// <summary>Sample standard deviation; 0 below two values.</summary>
    public double StandardDeviation => Count <= 1 ? 0 : Math.Sqrt(_squares / (Count - 1));

    /// <summary>Standard error of the mean; 0 below two values.</summary>
    public double StandardError => Count <= 1 ? 0 : StandardDeviation / Math.Sqrt(Count);

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    internal MetricStatistics()
    {
    }

    internal void Add(double value)
    {
        var delta = value - Mean;
        Mean += delta / ++Count;
        _squares += delta * (value - Mean);
    }
}

/// <summary>Statistics of each regression metric.</summary>
public sealed class RegressionMetricsStatistics
{
    /// <summary>Of the mean absolute error.</summary>
    public MetricStatistics MeanAbsoluteError { get; } = new();

    /// <summary>Of the mean squared error.</summary>
    public MetricStatistics MeanSquaredError { get; } = new();

    /// <summary>Of the root of the mean squared error.</summary>
    public MetricStatistics RootMeanSquaredError { get; } = new();

    /// <summary>Of the mean loss.</summary>
    public MetricStatistics LossFunction { get; } = new();

    /// <summary>Of R².</summary>
    public MetricStatistics RSquared { get; } = new();

    internal RegressionMetricsStatistics()
    {
    }

    internal void Add(RegressionMetrics metrics)
    {
        MeanAbsoluteError.Add(metrics.MeanAbsoluteError);
        MeanSquaredError.Add(metrics.MeanSquaredError);
        RootMeanSquaredError.Add(metrics.RootMeanSquaredError);
        LossFunction.Add(metrics.LossFunction);
        RSquared.Add(metrics.RSquared);
    }
}

/// <summary>Statistics of each multiclass metric.</summary>
public sealed class MulticlassClassificationMetricsStatistics
{
    /// <summary>Of the macro accuracy.</summary>
    public MetricStatistics MacroAccuracy { get; } = new();

    /// <summary>Of the micro accuracy.</summary>
    public MetricStatistics MicroAccuracy { get; } = new();

    /// <summary>Of the log-loss.</summary>
    public MetricStatistics LogLoss { get; } = new();

    /// <summary>Of the log-loss reduction.</summary>
    public MetricStatistics LogLossReduction { get; } = new();

    /// <summary>Of the top-K accuracy.</summary>
    public MetricStatistics TopKAccuracy { get; } = new();

    /// <summary>Of the log-loss of each class; null before the first value.</summary>
    public IReadOnlyList<MetricStatistics> PerClassLogLoss { get; private set; }

    internal MulticlassClassificationMetricsStatistics()
    {
    }

    internal void Add(MulticlassClassificationMetrics metrics)
    {
        MacroAccuracy.Add(metrics.MacroAccuracy);
        MicroAccuracy.Add(metrics.MicroAccuracy);
        LogLoss.Add(metrics.LogLoss);
        LogLossReduction.Add(metrics.LogLossReduction);
        TopKAccuracy.Add(metrics.TopKAccuracy);
        PerClassLogLoss ??= metrics.PerClassLogLoss.Select(_ => new MetricStatistics()).ToArray();
        for (var i = 0; i < PerClassLogLoss.Count; i++)
            PerClassLogLoss[i].Add(metrics.PerClassLogLoss[i]);
    }
}
