using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Points of two classes, the inner and the outer part of a disc, that a small perceptron tells apart in a few epochs.</summary>
internal sealed class RingPoint
{
    /// <summary>0 or 1: of what is loaded from objects, ML.NET makes keys from 1 on.</summary>
    [KeyType(2)]
    public uint Label { get; set; }

    [VectorType(2)]
    public float[] Features { get; set; } = [];

    /// <summary>1 for each row.</summary>
    public float Weight { get; set; } = 1;

    /// <summary>Rows that are the same for each seed, and whose beginning is the same for any number of them.</summary>
    /// <param name="context">The context of the view.</param>
    /// <param name="count">Rows.</param>
    /// <param name="seed">Other rows for another one.</param>
    /// <param name="swapped">Whether the classes are mixed up.</param>
    public static IDataView Load(MLContext context, int count = 120, int seed = 1, bool swapped = false) => context.Data.LoadFromEnumerable(Points(count, seed, swapped));

    public static RingPoint[] Points(int count, int seed, bool swapped = false)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double angle = random.NextDouble() * Math.Tau;
            bool outer = random.Next(2) == 1;
            double radius = (outer ? 1.0 : 0.3) + (0.2 * random.NextDouble());
            return new RingPoint { Label = outer ^ swapped ? 1u : 0u, Features = [(float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle))] };
        })];
    }
}
