using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The best trial's model, the only one that is kept in memory; with a journal also in a file of its store, so that it competes after a resume. In a cross-validation that of the first trial is kept as well,
/// which may become the best one again. Where neither memory nor file has a model, as after a crash in between, it is fitted again, which gives the same one.
/// </summary>
internal sealed class BestModel(SweepSettings settings, SweepData data)
{
    private const string Start = "trial";
    private const string Ending = ".zip";

    private readonly Dictionary<int, ITransformer> _models = [];

    /// <summary>The name of the file of a trial's model in the sweep's store.</summary>
    public static string FileOf(int trial) => FormattableString.Invariant($"{Start}{trial}{Ending}");

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
        settings.Store?.Write(FileOf(trial.Number), stream => settings.Context.Model.Save(model, null, stream));
    }

    /// <summary>Lets go of models that were best before, and of their files.</summary>
    /// <param name="best">Number of the trial that is.</param>
    public void DropOthers(int best)
    {
        foreach (int number in _models.Keys.Where(number => !Keeps(number, number == best)).ToArray())
        {
            _models.Remove(number);
        }

        string?[] own = [FileOf(best), data.All is null ? null : FileOf(1)];
        foreach (string other in settings.Store?.Files() ?? [])
        {
            if (other.StartsWith(Start, StringComparison.Ordinal) && other.EndsWith(Ending, StringComparison.Ordinal) && !own.Contains(other))
            {
                settings.Store!.Delete(other);
            }
        }
    }

    /// <summary>The model of the best trial.</summary>
    public Lazy<ITransformer> Of(Trial best) => _models.TryGetValue(best.Number, out var kept) ? new Lazy<ITransformer>(kept) : new Lazy<ITransformer>(() => Load(best) ?? Fit(best));

    private ITransformer? Load(Trial best)
    {
        try
        {
            using var stream = settings.Store?.Read(FileOf(best.Number));
            return stream is null ? null : settings.Context.Model.Load(stream, out _);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A file that can't be read is no loss: the model is fitted again.
            return null;
        }
    }

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
