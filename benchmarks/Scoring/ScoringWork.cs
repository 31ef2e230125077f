using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A network, and how many rows it scores at a time; rows are random, because times do not depend on the picture.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Rows">Rows of a call.</param>
/// <param name="Repeats">Calls of a measurement, of which the median counts.</param>
/// <param name="Trainer">Makes the network; features are taken as they come, so that both sides compute the same.</param>
internal sealed record ScoringWork(string Name, int Rows, int Repeats, Func<MLContext, IEstimator<MulticlassNetworkTransformer>> Trainer)
{
    public static MLContext Context { get; } = new(1);

    public static ScoringWork[] All { get; } =
    [
        new("mlp-10000", 10_000, 15, Mlp),
        new("cnn-1000", 1_000, 3, Cnn),
        new("mlp-row", 1, 20_000, Mlp),
        new("cnn-row", 1, 2_000, Cnn),
    ];

    /// <summary>The rows of a call; for single rows 256, which take turns.</summary>
    public ServedImage[] Images() => Make(Math.Max(Rows, 256));

    public MulticlassNetworkTransformer Fit() => Trainer(Context).Fit(Context.Data.LoadFromEnumerable(Make(256)));

    private static MlpTrainer Mlp(MLContext context) => new(context, new MlpTrainer.Options
    {
        HiddenLayers = [256, 64], NumberOfEpochs = 1, Members = 1, Optimizer = new Sgd(), FeatureScaling = FeatureScaling.None,
    });

    private static CnnTrainer Cnn(MLContext context) => new(context, new CnnTrainer.Options
    {
        Layers = CnnNetworks.Create(CnnNetworks.Mnist).Layers, InputShape = new ImageShape(1, 28, 28), NumberOfEpochs = 1, Members = 1, Optimizer = new Sgd(), FeatureScaling = FeatureScaling.None,
    });

    private static ServedImage[] Make(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i => new ServedImage { Features = [.. Enumerable.Range(0, DigitLike.Pixels).Select(_ => random.NextSingle())], Label = (uint)(i % 10) })];
    }
}
