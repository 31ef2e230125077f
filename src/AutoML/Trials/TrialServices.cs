using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>What an experiment gives a runner.</summary>
internal sealed record TrialServices(MLContext Context, SweepablePipeline Pipeline, IDatasetManager Data, IEvaluateMetricManager Metric, AutoMLExperiment.AutoMLExperimentSettings Settings)
{
    /// <exception cref="InvalidOperationException">The experiment lacks something.</exception>
    public static TrialServices Of(IServiceProvider provider)
    {
        return new TrialServices(
            Get<MLContext>("its context"),
            Get<SweepablePipeline>("a pipeline: call SetPipeline"),
            Get<IDatasetManager>("data: call SetDataset"),
            Get<IEvaluateMetricManager>("a metric: call SetMulticlassClassificationMetric or SetRegressionMetric"),
            Get<AutoMLExperiment.AutoMLExperimentSettings>("its settings"));

        T Get<T>(string what)
            where T : class =>
            provider.GetService(typeof(T)) as T ?? throw new InvalidOperationException($"Unable to resolve service for type '{typeof(T)}': the experiment has not {what} before it is run.");
    }

    /// <summary>Rows to fit and to score on: one pair, or the folds of a cross-validation.</summary>
    public IReadOnlyList<(IDataView Train, IDataView Validation)> Folds(TrialSettings? settings) => Data switch
    {
        ICrossValidateDatasetManager all => [.. Context.Data.CrossValidationSplit(all.Dataset, all.Fold, all.SamplingKeyColumnName).Select(fold => (fold.TrainSet, fold.TestSet))],
        ITrainValidateDatasetManager two => [(two.LoadTrainDataset(Context, settings!), two.LoadValidateDataset(Context, settings!))],
        _ => throw new ArgumentException($"The experiment's data, a {Data.GetType().Name}, are neither training and validation rows nor those of a cross-validation: call SetDataset."),
    };
}
