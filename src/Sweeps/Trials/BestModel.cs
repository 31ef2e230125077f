using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The best trial's model, the only one that is kept in memory; with a journal also in a file beside it, so that it competes after a resume. In a cross-validation that of the first trial is kept as well,
/// which may become the best one again. Where neither memory nor file has a model, as after a crash in between, it is fitted again, which gives the same one.
/// </summary>
internal sealed class BestModel(SweepSettings settings, SweepData data)
{
    private readonly Dictionary<int, ITransformer> _models = [];

    /// <summary>Whether the model of a trial is worth keeping, which is the best one or not.</summary>
    public bool Keeps(int number, bool isBest) => isBest || (number == 1 && data.All is not null);

    /// <summary>Fits a trial of a cross-validation on all rows.</summary>
    /// <returns>Its outcome with the model.</returns>
    public TrialOutcome Complete(Trial trial, TrialOutcome outcome, CancellationToken cancellationToken)
    {
        if (data.All is not { } all || outcome.State != TrialState.Completed)
        {
            return outcome;
        }

        try
        {
            return outcome with { Model = data.FitAll(trial, all, settings.ThreadsPerTrial, cancellationToken) };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A score without its model would cost the fit after the end; a resumed sweep runs the trial again.
            return new TrialOutcome(TrialState.Interrupted);
        }
        catch (Exception exception)
        {
            return new TrialOutcome(TrialState.Failed, Reason: $"It was fitted on each fold, but can't be on all rows: {TrialRunner.Reason(exception)}");
        }
    }

    /// <summary>Takes a model in.</summary>
    public void Keep(Trial trial, ITransformer? model)
    {
        if (model is null)
        {
            return;
        }

        _models[trial.Number] = model;
        if (Path(trial.Number) is { } path)
        {
            AtomicFile.Write(path, stream => settings.Context.Model.Save(model, null, stream));
        }
    }

    /// <summary>Lets go of models that were best before, and of their files.</summary>
    /// <param name="best">Number of the trial that is.</param>
    public void DropOthers(int best)
    {
        foreach (int number in _models.Keys.Where(number => !Keeps(number, number == best)).ToArray())
        {
            _models.Remove(number);
        }

        if (settings.JournalPath is not { } journal)
        {
            return;
        }

        string?[] own = [System.IO.Path.GetFileName(Path(best)), data.All is null ? null : System.IO.Path.GetFileName(Path(1))];
        string full = System.IO.Path.GetFullPath(journal);
        foreach (string other in Directory.GetFiles(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileName(full) + ".trial*.zip"))
        {
            if (!own.Contains(System.IO.Path.GetFileName(other)))
            {
                File.Delete(other);
            }
        }
    }

    /// <summary>The model of the best trial.</summary>
    public Lazy<ITransformer> Of(Trial best) => _models.TryGetValue(best.Number, out var kept) ? new Lazy<ITransformer>(kept) : new Lazy<ITransformer>(() => Load(best) ?? Fit(best));

    private ITransformer? Load(Trial best)
    {
        if (Path(best.Number) is not { } path || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return settings.Context.Model.Load(path, out _);
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

    private string? Path(int number) => settings.JournalPath is { } journal ? string.Create(CultureInfo.InvariantCulture, $"{journal}.trial{number}.zip") : null;
}
