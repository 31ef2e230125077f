using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;

namespace MLNet.GradientTrainers.AutoML.Tests;

internal sealed class SmallRow
{
    public string Kind { get; set; } = "";

    [VectorType(2)]
    public float[] Features { get; set; } = [];

    [VectorType(1, 8, 8)]
    public float[] Image { get; set; } = [];

    public float Distance { get; set; }
}

/// <summary>A small task: points of three rings, which no line can part; their distance from the middle; and images whose bright column tells the ring.</summary>
internal static class Small
{
    private static readonly string[] Kinds = ["inner", "middle", "outer"];

    public static IDataView Rows(MLContext context, int count = 120, int seed = 1)
    {
        var random = new Random(seed);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
        {
            double radius = (i % 3) + 0.6 + (0.9 * random.NextDouble());
            double angle = 2 * Math.PI * random.NextDouble();
            float[] image = [.. Enumerable.Range(0, 64).Select(pixel => (pixel % 8 == 2 * (i % 3) ? 1 : 0) + (0.2f * random.NextSingle()))];
            return new SmallRow { Kind = Kinds[i % 3], Features = [(float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle))], Image = image, Distance = (float)radius };
        }).ToArray());
    }

    public static IEstimator<ITransformer> Transforms(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label", nameof(SmallRow.Kind));

    /// <summary>A perceptron behind the key, and the kind's name after it.</summary>
    public static SweepablePipeline Perceptron(MLContext context, int epochs = 4, SearchSpace<MlpSweepOptions>? space = null) => Transforms(context)
        .Append(context.Auto().Mlp(new MlpTrainer.Options { NumberOfEpochs = epochs }, space ?? Narrow()))
        .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    /// <summary>Small networks.</summary>
    public static SearchSpace<MlpSweepOptions> Narrow()
    {
        var space = new SearchSpace<MlpSweepOptions>();
        space[nameof(MlpSweepOptions.Width)] = new Microsoft.ML.SearchSpace.Option.UniformIntOption(4, 16, true, 8);
        return space;
    }

    public static AutoMLExperiment Experiment(MLContext context, SweepablePipeline pipeline, int trials) => context.Auto().CreateExperiment()
        .SetPipeline(pipeline)
        .SetDataset(Rows(context), Rows(context, 60, 2))
        .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
        .SetRandomSearchTuner()
        .SetMaxModelToExplore(trials);
}
