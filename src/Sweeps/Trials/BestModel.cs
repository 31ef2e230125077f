using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The best trial's model, the only one that is kept in memory; with a journal also in a file of its store, so that it competes after a resume. In a cross-validation that of the first trial is kept as well,
/// which may become the best one again. Where neither memory nor file has a model, as after a crash in between, it is fitted again, which gives the same one.
/// </summary>
internal sealed class BestModel(SweepSettings settings, SweepData data)
{
    private readonly Dictionary<int, ITransformer> _models = [];
    private readonly TrialModels? _files = settings.Store is { } store ? new TrialModels(store) : null;

    /// <summary>Whether the model of a trial is worth keeping, which is the best one or not.</summary>
    public bool Keeps(int number, bool isBest) => isBest || (number == 1 && data.All is not null);

    /// <summary>Takes a model in.</summary>
    public void Keep(Trial trial, ITransformer? model)
    {
        if (model is null)
        {
            return;
        }

        _models[trial.Number] = model;
        _files?.Save(settings.Context, trial.Number, model);
    }

    /// <summary>Lets go of models that were best before, and of their files.</summary>
    /// <param name="best">Number of the trial that is.</param>
    public void DropOthers(int best)
    {
        foreach (int number in _models.Keys.Where(number => !Keeps(number, number == best)).ToArray())
        {
            _models.Remove(number);
        }

        _files?.RemoveAllBut(data.All is null ? [best] : [best, 1]);
    }

    /// <summary>The model of the best trial.</summary>
    public Lazy<ITransformer> Of(Trial best) => _models.TryGetValue(best.Number, out var kept) ? new Lazy<ITransformer>(kept) : new Lazy<ITransformer>(() => _files?.Load(settings.Context, best.Number) ?? Fit(best));

    private ITransformer Fit(Trial best)
    {
        if (data.All is { } all)
        {
            return data.FitAll(best, all, settings.Threads, CancellationToken.None);
        }

        var outcome = TrialRunner.Run(settings, data, best, (_, _) => null, CancellationToken.None);
        return outcome.Model ?? throw new InvalidOperationException($"The best trial, number {best.Number}, could not be fitted again: {outcome.Reason}");
    }
}
