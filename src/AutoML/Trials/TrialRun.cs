using Microsoft.ML;
using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>Fits and scores one trial on each fold.</summary>
internal sealed class TrialRun : IDisposable
{
    private readonly TrialServices _services;
    private readonly TrialSettings _settings;
    private readonly TimeSpan? _limit;
    private readonly Func<EpochRecord, int, string?> _onEpoch;
    private readonly CancellationToken _experiments;
    private readonly CancellationTokenSource _source;

    /// <param name="services">The experiment's.</param>
    /// <param name="settings">The trial's.</param>
    /// <param name="limit">Its time; null for no limit.</param>
    /// <param name="onEpoch">Takes an epoch and the number of its fold, from 0, and gives the reason to prune, or null.</param>
    /// <param name="experiments">Ends the experiment.</param>
    public TrialRun(TrialServices services, TrialSettings settings, TimeSpan? limit, Func<EpochRecord, int, string?> onEpoch, CancellationToken experiments)
    {
        (_services, _settings, _limit, _onEpoch, _experiments) = (services, settings, limit, onEpoch, experiments);
        _source = CancellationTokenSource.CreateLinkedTokenSource(experiments);
    }

    /// <summary>Why the trial was pruned; null if it was not.</summary>
    public string? Pruned { get; private set; }

    /// <summary>Why it ended early; null if it did not.</summary>
    public string? Reason => Pruned ?? (_experiments.IsCancellationRequested ? "The experiment ended; scored by its best weights so far." : _source.IsCancellationRequested ? "Its time was over; scored by its best weights so far." : null);

    /// <returns>The model, of folds the first one's, and the metric, the mean over the folds that were fitted.</returns>
    public (ITransformer Model, double Metric) Run()
    {
        if (_limit is { } limit)
        {
            _source.CancelAfter(limit);
        }

        ITransformer? first = null;
        var metrics = new List<double>();
        foreach (var (train, validation) in _services.Folds(_settings))
        {
            // A trial that was pruned is told by its first fold; the others would be fitted in vain.
            if (_source.IsCancellationRequested && first is not null)
            {
                break;
            }

            var model = Fit(train, validation, metrics.Count);
            first ??= model;
            metrics.Add(_services.Metric.Evaluate(_services.Context, model.Transform(validation)));
        }

        return (first ?? throw new InvalidOperationException("The cross-validation has no folds."), metrics.Average());
    }

    public void Dispose() => _source.Dispose();

    private ITransformer Fit(IDataView train, IDataView validation, int fold)
    {
        new TrialConnection(epoch => Report(epoch, fold), _source.Token).Of(_services.Context);
        var parameter = _settings.Parameter[PipelineParts.Pipeline];
        return PipelineParts.Of(_services.Pipeline, _services.Context, parameter) is { } parts
            ? PipelineFit.Fit(_services.Context, parts, train, validation, _source.Token)
            : _services.Pipeline.BuildFromOption(_services.Context, parameter).Fit(train);
    }

    private void Report(EpochRecord epoch, int fold)
    {
        if (!_source.IsCancellationRequested && _onEpoch(epoch, fold) is { } reason)
        {
            Pruned = reason;
            _source.Cancel();
        }
    }
}
