using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A small linear regression task.</summary>
internal sealed class PlaneRow
{
    public float Label { get; set; }

    [VectorType(Plane.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

/// <summary>One feature.</summary>
internal sealed class LineRow
{
    public float Label { get; set; }

    [VectorType(1)]
    public float[] Features { get; set; } = [];
}

internal static class Plane
{
    public const int Width = 3;
    public const float Bias = 0.5f;
    public static readonly float[] Weights = [2, -1, 0.25f];

    /// <summary>Label = Bias + Σ Weights[j]·x[j] + noise, for x in [−1, 1]³.</summary>
    public static List<PlaneRow> Rows(int count = 200, int seed = 1, double noise = 0.05)
    {
        var random = new Random(seed);
        var rows = new List<PlaneRow>();
        for (int i = 0; i < count; i++)
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (2 * random.NextSingle()) - 1)];
            double label = Bias + x.Zip(Weights, (a, b) => a * b).Sum() + (noise * ((2 * random.NextDouble()) - 1));
            rows.Add(new PlaneRow { Label = (float)label, Features = x });
        }

        return rows;
    }

    public static IDataView Load(MLContext context, int count = 200, int seed = 1, double noise = 0.05) => context.Data.LoadFromEnumerable(Rows(count, seed, noise));

    /// <summary>The line y = 2x through x = 1, 2, 3.</summary>
    public static IDataView Doubling(MLContext context) =>
        context.Data.LoadFromEnumerable(new[] { 1f, 2, 3 }.Select(x => new LineRow { Features = [x], Label = 2 * x }));
}
