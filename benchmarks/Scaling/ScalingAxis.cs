using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What grows, with all else fixed.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Work">The exponent of the arithmetic: 1 where twice the size is twice the work.</param>
/// <param name="Sizes">From small to large.</param>
/// <param name="Prepare">Makes the data of a size, and gives what is measured on them.</param>
internal sealed record ScalingAxis(string Name, double Work, int[] Sizes, Func<int, Action> Prepare)
{
    private const int Width = 32;
    private const int FewRows = 2000;

    public static IReadOnlyList<ScalingAxis> All { get; } =
    [
        new("rows-mlp", 1, Powers(1000, 10, 5), rows => Fit(rows, Width, Mlp([64]))),
        new("rows-linear", 1, Powers(1000, 10, 5), rows => Fit(rows, Width, context => new SgdTrainer(context, new SgdTrainer.Options { LearningRate = 0.001, NumberOfEpochs = 1, Seed = 1 }))),
        new("rows-polynomial", 1, Powers(1000, 10, 4), rows => Fit(rows, 4, context => new PolynomialTrainer(context, new PolynomialTrainer.Options { Degree = 2, Ridge = 0 }))),
        new("rows-scoring", 1, Powers(1000, 10, 4), Score),
        new("features-mlp", 1, Powers(10, 10, 4), features => Fit(FewRows, features, Mlp([64]))),
        new("features-linear", 1, Powers(10, 10, 4), features => Fit(FewRows, features, context => new SgdTrainer(context, new SgdTrainer.Options { LearningRate = 1e-6, NumberOfEpochs = 1, Seed = 1 }))),
        new("features-descent", 1, Powers(10, 10, 4), features => Fit(FewRows, features, context => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { NumberOfEpochs = 10 }))),
        new("width", 1, Powers(64, 4, 5), width => Fit(FewRows, Width, Mlp([width]))),
        new("width-of-two", 2, Powers(64, 2, 6), width => Fit(FewRows, Width, Mlp([width, width]))),
        new("depth", 1, Powers(1, 2, 7), depth => Fit(FewRows, Width, Mlp([.. Enumerable.Repeat(64, depth)]))),
        new("batch", 0, Powers(16, 4, 6), batch => Fit(20_000, Width, Mlp([128, 64], batch))),
        new("pixels", 1, Powers(256, 4, 5), Cnn),
        new("threads", -1, [.. Enumerable.Range(0, 10).Select(i => 1 << i).Where(threads => threads <= Environment.ProcessorCount)], threads => Fit(20_000, 256, Mlp([256, 64], 512, threads))),
    ];

    private static int[] Powers(int first, int factor, int count) => [.. Enumerable.Range(0, count).Select(i => first * (int)Math.Pow(factor, i))];

    private static Func<MLContext, IEstimator<ITransformer>> Mlp(int[] hiddenLayers, int batchSize = 128, int? threads = null) => context => new MlpRegressionTrainer(
        context,
        new MlpRegressionTrainer.Options
        {
            HiddenLayers = hiddenLayers,
            BatchSize = batchSize,
            NumberOfEpochs = 1,
            Members = 1,
            NumberOfThreads = threads,
            Device = ComputeDevice.Cpu,
            Seed = 1,
        });

    private static Action Fit(int rows, int features, Func<MLContext, IEstimator<ITransformer>> trainer)
    {
        var context = new MLContext(seed: 1);
        var data = ScalingRows.Load(context, rows, features);
        return () => trainer(context).Fit(data);
    }

    private static Action Score(int rows)
    {
        var context = new MLContext(seed: 1);
        var model = Mlp([64])(context).Fit(ScalingRows.Load(context, FewRows, Width));
        var data = ScalingRows.Load(context, rows, Width);
        return () =>
        {
            float sum = 0;
            foreach (float score in model.Transform(data).GetColumn<float>("Score"))
            {
                sum += score;
            }
        };
    }

    /// <summary>An epoch of two small convolutions over 256 square grey images of so many pixels.</summary>
    private static Action Cnn(int pixels)
    {
        var context = new MLContext(seed: 1);
        var data = ScalingRows.Load(context, 256, pixels);
        int side = (int)Math.Sqrt(pixels);
        return () => new CnnRegressionTrainer(
            context,
            new CnnRegressionTrainer.Options
            {
                InputShape = new ImageShape(1, side, side),
                Layers = [new Convolution2D(8, 3, padding: 1, activation: new ReLU()), new MaxPooling2D(2), new Convolution2D(16, 3, padding: 1, activation: new ReLU()), new GlobalAveragePooling2D()],
                NumberOfEpochs = 1,
                BatchSize = 32,
                Augmentation = ImageAugmentation.None,
                Device = ComputeDevice.Cpu,
                Seed = 1,
            }).Fit(data);
    }
}
