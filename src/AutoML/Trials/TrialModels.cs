using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// Files with the models of trials, beside the journal: of those that were the best when they were finished, since in a resumed experiment each of them is the best for a while again. Of n trials in
/// random order those are about ln n.
/// </summary>
internal sealed class TrialModels(string journal)
{
    public void Save(MLContext context, int number, ITransformer model) => AtomicFile.Write(Path(number), stream => context.Model.Save(model, null, stream));

    /// <returns>Null where there is no file that can be read.</returns>
    public ITransformer? Load(MLContext context, int number)
    {
        if (!File.Exists(Path(number)))
        {
            return null;
        }

        try
        {
            return context.Model.Load(Path(number), out _);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A file that can't be read costs the trial's time once more.
            return null;
        }
    }

    private string Path(int number) => string.Create(CultureInfo.InvariantCulture, $"{journal}.trial{number}.zip");
}
