using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A small classification task: three clouds of points in four dimensions.</summary>
internal sealed class BlobRow
{
    public string Species { get; set; } = "";

    [VectorType(Blobs.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

internal sealed class BlobPrediction
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}

internal static class Blobs
{
    public const int Width = 4;
    public static readonly string[] Classes = ["ash", "beech", "cedar"];

    public static List<BlobRow> Rows(int count = 240, int seed = 1, double spread = 0.35)
    {
        var random = new Random(seed);
        var rows = new List<BlobRow>();
        for (int i = 0; i < count; i++)
        {
            int kind = i % Classes.Length;
            var features = new float[Width];
            for (int j = 0; j < Width; j++)
            {
                double centre = j == kind ? 1 : j == Width - 1 ? kind - 1 : 0;
                features[j] = (float)(centre + (spread * (random.NextDouble() + random.NextDouble() - 1)));
            }

            rows.Add(new BlobRow { Species = Classes[kind], Features = features });
        }

        return rows;
    }

    /// <summary>The rows with the key column Label.</summary>
    public static IDataView Load(MLContext context, IEnumerable<BlobRow> rows)
    {
        var data = context.Data.LoadFromEnumerable(rows);
        return context.Transforms.Conversion.MapValueToKey("Label", "Species", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    public static IDataView Load(MLContext context, int count = 240, int seed = 1) => Load(context, Rows(count, seed));
}

internal static class WeightsExtensions
{
    /// <summary>All parameters, one after another.</summary>
    public static float[] Flat(this Kernels.NetworkWeights weights) =>
        [.. weights.Definition.Parameters.SelectMany(p => weights[p.Layer, p.Spec.Name].ToArray())];
}
