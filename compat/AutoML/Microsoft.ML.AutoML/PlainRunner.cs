using System.Diagnostics;

namespace Microsoft.ML.AutoML;

/// <summary>The runner of <c>SetPipeline</c>: fits and scores each fold on the caller's thread; the end of the experiment ends the trainers that look at their context.</summary>
internal sealed class PlainRunner(Services services) : ITrialRunner
{
    private readonly MLContext _own = services.Get<MLContext>();

    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        try
        {
            using var registration = ct.Register(() => Contexts.Cancel(_own));
            return Task.FromResult(Run(settings));
        }
        catch (Exception exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException("The experiment is over.", exception);
        }
    }

    public void Dispose() => Contexts.Cancel(_own);

    private TrialResult Run(TrialSettings settings)
    {
        var clock = Stopwatch.StartNew();
        var judge = services.Get<IEvaluateMetricManager>() ?? throw new InvalidOperationException("Unable to resolve service: the experiment has no metric.");
        ITransformer first = null;
        double sum = 0;
        int count = 0;
        foreach (var (train, validation) in Parts(settings))
        {
            var fitted = services.Get<SweepablePipeline>().BuildFromOption(_own, settings.Parameter[AutoMLExperiment.PipelineKey]).Fit(train);
            sum += judge.Evaluate(_own, fitted.Transform(validation));
            first ??= fitted;
            count++;
        }

        double mean = sum / count;
        return new TrialResult { TrialSettings = settings, Model = first, Metric = mean, Loss = judge.IsMaximize ? -mean : mean, DurationInMilliseconds = clock.ElapsedMilliseconds };
    }

    private IEnumerable<(IDataView Train, IDataView Validation)> Parts(TrialSettings settings) => services.Get<IDatasetManager>() is ICrossValidateDatasetManager all
        ? _own.Data.CrossValidationSplit(all.Dataset, all.Fold, all.SamplingKeyColumnName).Select(part => (part.TrainSet, part.TestSet))
        : services.Get<IDatasetManager>() is ITrainValidateDatasetManager two
            ? [(two.LoadTrainDataset(_own, settings), two.LoadValidateDataset(_own, settings))]
            : throw new InvalidOperationException("The experiment has no rows that the stand-in knows: call SetDataset.");
}
