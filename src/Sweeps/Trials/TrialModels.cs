using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The models of trials, each in a file of the sweep's store.</summary>
internal sealed class TrialModels(ISweepStore store)
{
    private const string Start = "trial";
    private const string Ending = ".zip";

    public void Save(MLContext context, int trial, ITransformer model) => store.Write(FileOf(trial), stream => context.Model.Save(model, null, stream));

    /// <returns>Null where there is no file that can be read.</returns>
    public ITransformer? Load(MLContext context, int trial)
    {
        try
        {
            using var stream = store.Read(FileOf(trial));
            return stream is null ? null : context.Model.Load(stream, out _);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A file that can't be read is no loss but of time: the trial is fitted again, to the same model.
            return null;
        }
    }

    /// <summary>Removes the model of a trial, where there is one.</summary>
    public void Remove(int trial) => store.Delete(FileOf(trial));

    /// <summary>Removes the models of all trials but some.</summary>
    public void RemoveAllBut(params int[] trials)
    {
        string[] kept = [.. trials.Select(FileOf)];
        foreach (string file in store.Files())
        {
            if (file.StartsWith(Start, StringComparison.Ordinal) && file.EndsWith(Ending, StringComparison.Ordinal) && !kept.Contains(file))
            {
                store.Delete(file);
            }
        }
    }

    private static string FileOf(int trial) => FormattableString.Invariant($"{Start}{trial}{Ending}");
}
