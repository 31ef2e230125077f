using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>A row of a small classification task; the text is the class.</summary>
internal sealed class Blob
{
    public const int Width = 4;

    public string Species { get; set; } = "";

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public float Height { get; set; }
}

internal sealed class BlobPrediction
{
    public string Predicted { get; set; } = "";

    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}

/// <summary>Pipelines for these rows, fitted once each: a network alone has its key column from elsewhere, a whole pipeline maps texts to keys and back.</summary>
internal static class Blobs
{
    private static readonly string[] Species = ["ash", "beech", "cedar"];
    private static readonly Lazy<ITransformer> LazyFirst = new(() => Fit(1));
    private static readonly Lazy<ITransformer> LazySecond = new(() => Fit(2));

    public static MLContext Context { get; } = new(1);

    public static Blob[] Rows { get; } = Make(200);

    /// <summary>A pipeline with a network: texts to keys, features and a number joined, the network, keys to texts.</summary>
    public static ITransformer First => LazyFirst.Value;

    /// <summary>The same pipeline, trained otherwise: other scores, surely.</summary>
    public static ITransformer Second => LazySecond.Value;

    public static IDataView View => Context.Data.LoadFromEnumerable(Rows);

    /// <summary>What ML.NET's own engine says.</summary>
    public static BlobPrediction[] Expected(ITransformer model)
    {
        using var engine = Context.Model.CreatePredictionEngine<Blob, BlobPrediction>(model);
        return [.. Rows.Select(engine.Predict)];
    }

    public static string Save(ITransformer model, string file)
    {
        Context.Model.SaveAtomically(model, View.Schema, file);
        return file;
    }

    public static bool AreEqual(BlobPrediction expected, BlobPrediction actual) =>
        expected.Predicted == actual.Predicted && expected.PredictedLabel == actual.PredictedLabel && expected.Score.AsSpan().SequenceEqual(actual.Score);

    private static ITransformer Fit(int epochs) => Context.Transforms.Conversion.MapValueToKey("Label", "Species")
        .Append(Context.Transforms.Concatenate("Features", "Features", "Height"))
        .Append(new MlpTrainer(Context, new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = epochs, Members = 1 }))
        .Append(Context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
        .Fit(View);

    private static Blob[] Make(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i => new Blob
        {
            Species = Species[i % 3],
            Height = random.NextSingle(),
            Features = [.. Enumerable.Range(0, Blob.Width).Select(j => (j == i % 3 ? 1 : 0) + random.NextSingle())],
        })];
    }
}
