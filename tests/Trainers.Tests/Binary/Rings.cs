using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Binary;

/// <summary>A small task of true or false that no plane separates: whether a point lies inside a circle, with answers near it by chance.</summary>
internal sealed class RingRow
{
    public bool Label { get; set; }

    [VectorType(Rings.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

internal sealed class RingPrediction
{
    public bool PredictedLabel { get; set; }

    public float Score { get; set; }

    public float Probability { get; set; }
}

internal static class Rings
{
    public const int Width = 3;

    /// <param name="count">Rows.</param>
    /// <param name="seed">Equal seeds draw equal rows.</param>
    /// <param name="radius">Of the circle, in a square of side 2: a smaller one makes true rarer.</param>
    /// <param name="noise">How wide the border is in which both answers occur.</param>
    public static List<RingRow> Rows(int count = 240, int seed = 1, double radius = 0.75, double noise = 0.1)
    {
        var random = new Random(seed);
        var rows = new List<RingRow>();
        for (int i = 0; i < count; i++)
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (2 * random.NextSingle()) - 1)];
            double inside = radius - Math.Sqrt((x[0] * x[0]) + (x[1] * x[1]));
            rows.Add(new RingRow { Label = random.NextDouble() < 1 / (1 + Math.Exp(-inside / noise * 2)), Features = x });
        }

        return rows;
    }

    public static IDataView Load(MLContext context, int count = 240, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));
}
