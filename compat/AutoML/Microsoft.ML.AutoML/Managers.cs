using Microsoft.ML.Data;

namespace Microsoft.ML.AutoML;

public interface IDatasetManager;

public interface ITrainValidateDatasetManager : IDatasetManager
{
    IDataView LoadTrainDataset(MLContext context, TrialSettings settings);

    IDataView LoadValidateDataset(MLContext context, TrialSettings settings);
}

public interface ICrossValidateDatasetManager : IDatasetManager
{
    int Fold { get; set; }

    IDataView Dataset { get; set; }

    string SamplingKeyColumnName { get; set; }
}

public interface IMetricManager
{
    bool IsMaximize { get; }

    string MetricName { get; }
}

public interface IEvaluateMetricManager : IMetricManager
{
    double Evaluate(MLContext context, IDataView eval);
}

public enum MulticlassClassificationMetric
{
    MicroAccuracy,
    MacroAccuracy,
    LogLoss,
    LogLossReduction,
    TopKAccuracy,
}

public enum RegressionMetric
{
    MeanAbsoluteError,
    MeanSquaredError,
    RootMeanSquaredError,
    RSquared,
}

internal sealed class TwoSets(IDataView train, IDataView validation) : ITrainValidateDatasetManager
{
    public IDataView LoadTrainDataset(MLContext context, TrialSettings settings) => train;

    public IDataView LoadValidateDataset(MLContext context, TrialSettings settings) => validation;
}

internal sealed class SetOfFolds : ICrossValidateDatasetManager
{
    public int Fold { get; set; }

    public IDataView Dataset { get; set; }

    public string SamplingKeyColumnName { get; set; }
}

internal sealed class FigureOfClasses(MulticlassClassificationMetric metric, string label, string predicted) : IEvaluateMetricManager
{
    // Wrong of LogLossReduction, as in the real one.
    public bool IsMaximize => metric is not (MulticlassClassificationMetric.LogLoss or MulticlassClassificationMetric.LogLossReduction);

    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        MulticlassClassificationMetrics all = context.MulticlassClassification.Evaluate(eval, label, predictedLabelColumnName: predicted);
        return metric switch
        {
            MulticlassClassificationMetric.MicroAccuracy => all.MicroAccuracy,
            MulticlassClassificationMetric.MacroAccuracy => all.MacroAccuracy,
            MulticlassClassificationMetric.LogLoss => all.LogLoss,
            MulticlassClassificationMetric.LogLossReduction => all.LogLossReduction,
            _ => all.TopKAccuracy,
        };
    }
}

internal sealed class FigureOfNumbers(RegressionMetric metric, string label, string score) : IEvaluateMetricManager
{
    public bool IsMaximize => metric == RegressionMetric.RSquared;

    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        RegressionMetrics all = context.Regression.Evaluate(eval, label, score);
        return metric switch
        {
            RegressionMetric.MeanAbsoluteError => all.MeanAbsoluteError,
            RegressionMetric.MeanSquaredError => all.MeanSquaredError,
            RegressionMetric.RootMeanSquaredError => all.RootMeanSquaredError,
            _ => all.RSquared,
        };
    }
}
