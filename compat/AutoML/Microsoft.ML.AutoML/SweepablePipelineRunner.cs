using System.Diagnostics;

namespace Microsoft.ML.AutoML;

/// <summary>The default runner, which works on the caller's thread.</summary>
internal sealed class SweepablePipelineRunner(MLContext context, SweepablePipeline pipeline, IEvaluateMetricManager metricManager, IDatasetManager datasetManager) : ITrialRunner
{
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        try
        {
            using var registration = ct.Register(() => Contexts.Cancel(context));
            return Task.FromResult(Run(settings));
        }
        catch (Exception exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception);
        }
    }

    public void Dispose() => Contexts.Cancel(context);

    private TrialResult Run(TrialSettings settings)
    {
        var clock = Stopwatch.StartNew();
        var folds = datasetManager switch
        {
            ICrossValidateDatasetManager all => context.Data.CrossValidationSplit(all.Dataset, all.Fold, all.SamplingKeyColumnName).Select(fold => (fold.TrainSet, fold.TestSet)),
            ITrainValidateDatasetManager two => [(two.LoadTrainDataset(context, settings), two.LoadValidateDataset(context, settings))],
            _ => throw new ArgumentException("The dataset manager is of neither kind."),
        };
        var models = new List<ITransformer>();
        var metrics = new List<double>();
        foreach (var (train, validation) in folds)
        {
            models.Add(pipeline.BuildFromOption(context, settings.Parameter[AutoMLExperiment.PipelineSearchspaceName]).Fit(train));
            metrics.Add(metricManager.Evaluate(context, models[^1].Transform(validation)));
        }

        double metric = metrics.Average();
        return new TrialResult
        {
            TrialSettings = settings,
            Model = models[0],
            Metric = metric,
            Loss = metricManager.IsMaximize ? -metric : metric,
            DurationInMilliseconds = clock.ElapsedMilliseconds,
        };
    }
}
