using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A small regression task: smooth functions of three features.</summary>
internal sealed class SurfaceRow
{
    public float Label { get; set; }

    [VectorType(2)]
    public float[] Both { get; set; } = [];

    [VectorType(Surface.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

internal static class Surface
{
    public const int Width = 3;

    /// <summary>Label = 100 + 20·(x₀² − x₁ + ½·x₂), and Both = (Label, 1 − x₀·x₁ / 10), for x in [−1, 1]³.</summary>
    public static List<SurfaceRow> Rows(int count = 300, int seed = 1)
    {
        var random = new Random(seed);
        var rows = new List<SurfaceRow>();
        for (int i = 0; i < count; i++)
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (2 * random.NextSingle()) - 1)];
            float label = 100 + (20 * ((x[0] * x[0]) - x[1] + (0.5f * x[2])));
            rows.Add(new SurfaceRow { Label = label, Both = [label, 1 - (x[0] * x[1] / 10)], Features = x });
        }

        return rows;
    }

    public static IDataView Load(MLContext context, int count = 300, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));

    /// <summary>The largest distance of scores from labels, in the order of <see cref="SurfaceRow.Both"/>.</summary>
    public static float LargestError(ITransformer model, MLContext context, IReadOnlyList<SurfaceRow> rows)
    {
        float[] scores = EstimatorContract.Scores(model, context.Data.LoadFromEnumerable(rows));
        return rows.Select((row, i) => Math.Abs(row.Label - scores[i])).Max();
    }
}
