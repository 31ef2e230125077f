using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The best trial's model, the only one that is kept in memory; with a journal also in a file beside it, so that it competes after a resume. Where neither has it, as after a crash in between or of a
/// cross-validation, it is fitted again, which gives the same one.
/// </summary>
internal sealed class BestModel(SweepSettings settings, SweepData data)
{
    private int _number;
    private ITransformer? _model;

    /// <summary>Takes the new best one in.</summary>
    public void Keep(Trial trial, ITransformer? model)
    {
        (_number, _model) = (trial.Number, model);
        if (model is not null && Path(trial.Number) is { } path)
        {
            AtomicFile.Write(path, stream => settings.Context.Model.Save(model, null, stream));
        }
    }

    /// <summary>Removes the files of models that were best before.</summary>
    public void DropOthers()
    {
        if (settings.JournalPath is not { } journal || Path(_number) is not { } own)
        {
            return;
        }

        string full = System.IO.Path.GetFullPath(journal);
        foreach (string other in Directory.GetFiles(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileName(full) + ".trial*.zip"))
        {
            if (System.IO.Path.GetFileName(other) != System.IO.Path.GetFileName(own))
            {
                File.Delete(other);
            }
        }
    }

    /// <summary>The model of the best trial.</summary>
    public Lazy<ITransformer> Of(Trial best) => _number == best.Number && _model is { } kept ? new Lazy<ITransformer>(kept) : new Lazy<ITransformer>(() => Load(best) ?? Fit(best));

    private ITransformer? Load(Trial best)
    {
        if (data.All is not null || Path(best.Number) is not { } path || !File.Exists(path))
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
            return data.FitAll(best, all, CancellationToken.None);
        }

        var outcome = TrialRunner.Run(settings, data, best, (_, _) => null, CancellationToken.None);
        return outcome.Model ?? throw new InvalidOperationException($"The best trial, number {best.Number}, could not be fitted again: {outcome.Reason}");
    }

    private string? Path(int number) => settings.JournalPath is { } journal ? string.Create(CultureInfo.InvariantCulture, $"{journal}.trial{number}.zip") : null;
}
