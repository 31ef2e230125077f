using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;

namespace MLNet.GradientTrainers.Samples.Classification;

/// <summary>A model that has been saved and loaded again.</summary>
/// <param name="Context">The fresh context that loaded it.</param>
/// <param name="Model">The loaded model.</param>
/// <param name="RowsCompared">Rows whose predictions were equal to those of the model that was saved.</param>
internal sealed record ModelFile(MLContext Context, ITransformer Model, int RowsCompared)
{
    /// <summary>Saves a model, loads it in a fresh context, and compares all scores of both, bit for bit.</summary>
    /// <param name="mlContext">The context that trained it.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">The rows to compare on; their schema is saved with the model.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="SampleException">A prediction differs.</exception>
    public static ModelFile SaveAndReload(MLContext mlContext, ITransformer model, IDataView data, string path)
    {
        mlContext.Model.SaveAtomically(model, data.Schema, path);
        var fresh = new MLContext();
        ITransformer loaded = fresh.Model.Load(path, out _);

        int rows = 0;
        foreach (var (before, after) in Predictions(mlContext, model, data).Zip(Predictions(fresh, loaded, data)))
        {
            rows++;
            if (before.PredictedLabel != after.PredictedLabel || !before.Score.AsSpan().SequenceEqual(after.Score))
            {
                throw new SampleException($"The model loaded from '{path}' scores row {rows} otherwise than the model that was saved: {string.Join(" ", after.Score)} instead of {string.Join(" ", before.Score)}.");
            }
        }

        return new ModelFile(fresh, loaded, rows);
    }

    /// <summary>Predicts images one by one, as an application would.</summary>
    public IReadOnlyList<DigitPrediction> Predict(IEnumerable<DigitImage> images)
    {
        using var engine = Context.Model.CreatePredictionEngine<DigitImage, DigitPrediction>(Model);
        return images.Select(image => engine.Predict(image)).ToArray();
    }

    private static IEnumerable<DigitPrediction> Predictions(MLContext context, ITransformer model, IDataView data) =>
        context.Data.CreateEnumerable<DigitPrediction>(model.Transform(data), reuseRowObject: true);
}
