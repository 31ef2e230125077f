using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Sweeps.Tests;

internal sealed class RingRow
{
    public string Kind { get; set; } = "";

    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public float Distance { get; set; }
}

/// <summary>A small task: points of three rings, which no line can part; or their distance from the middle.</summary>
internal static class Rings
{
    private static readonly string[] Kinds = ["inner", "middle", "outer"];

    public static List<RingRow> Rows(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                double radius = (i % 3) + 0.6 + (0.9 * random.NextDouble());
                double angle = 2 * Math.PI * random.NextDouble();
                return new RingRow { Kind = Kinds[i % 3], Features = [(float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle))], Distance = (float)radius };
            }),
        ];
    }

    public static IDataView View(MLContext context, int count = 240, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));

    /// <summary>The key of the kind.</summary>
    public static IEstimator<ITransformer> Transforms(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label", nameof(RingRow.Kind));

    /// <summary>A sweep of small perceptrons on the rings.</summary>
    public static GradientSweep Sweep(MLContext context, int epochs = 4) => context.GradientSweep()
        .After(Transforms(context))
        .Of(SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = epochs, Members = 1 }))
        .Over(Small)
        .Threads(1);

    public static SearchSpace Small { get; } = SearchSpace.Empty
        .Add(TrainerSpaces.Optimizer)
        .Integer("BatchSize", 8, 64, logScale: true)
        .Integer("Depth", 1, 2)
        .Integer("Width", 4, 16, logScale: true);

    public static SweepResult Run(this GradientSweep sweep, MLContext context, CancellationToken token = default) =>
        sweep.Run(View(context), View(context, 120, 2), token);
}
