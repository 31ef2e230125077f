using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Curves;

/// <summary>What a fit of the cubic gave; coefficients and sums of squares are those of the scaled points.</summary>
/// <param name="Start">The coefficients before the first epoch; null where the trainer draws them.</param>
/// <param name="Fit">The coefficients after the last epoch.</param>
/// <param name="Path">The coefficients after some of the epochs, in order; none where the trainer keeps them to itself.</param>
/// <param name="Loss">The sum of squares over the epochs.</param>
/// <param name="Seconds">Time in the descent.</param>
internal sealed record SineFit(
    Cubic? Start, Cubic Fit, IReadOnlyList<(int Epoch, Cubic Cubic)> Path, IReadOnlyList<(double Epoch, double SumOfSquares)> Loss, double Seconds);

/// <summary>A way to fit the cubic.</summary>
/// <param name="Gradient">Where its gradient comes from.</param>
/// <param name="Step">Its loss and step, at the learning rate of the points.</param>
/// <param name="DefaultEpochs">Epochs when the user asks for no other number.</param>
/// <param name="Run">Fits points in a number of epochs from a seed.</param>
internal sealed record SineMethod(string Gradient, Func<double, string> Step, int DefaultEpochs, Func<CubicData, int, int, CancellationToken, SineFit> Run)
{
    private const string EngineGradient = "the engine's backward pass, one dense layer on x, x², x³";

    /// <summary>The gradient of the sum of squares, derived by hand, in double.</summary>
    public static SineMethod Manual { get; } = new("derived by hand, in double", rate => $"sum of squares; plain descent, rate {Format.Number(rate, 3)}", 200_000, ByHand);

    /// <summary>The same through the engine's own backward pass.</summary>
    public static SineMethod Engine { get; } = new(EngineGradient, rate => $"sum of squares; SGD, rate {Format.Number(rate, 3)}", 2000, (data, epochs, seed, cancellation) =>
        ByTrainer(data, seed, new MeanSquaredError { Reduction = Reduction.Sum }, new Sgd { LearningRate = data.Rate }, new Normal(0, 1), epochs, cancellation));

    /// <summary>RMSprop on the mean squared error.</summary>
    public static SineMethod RootMeanSquarePropagation { get; } = new(EngineGradient, _ => "mean squared error; RMSprop, rate 1e-4", 2000, (data, epochs, seed, cancellation) =>
        ByTrainer(data, seed, new MeanSquaredError(), new RMSprop { LearningRate = 1e-4 }, new PyTorchUniform(), epochs, cancellation));

    private static SineFit ByHand(CubicData data, int epochs, int seed, CancellationToken cancellation)
    {
        var random = new RandomSource((ulong)seed);
        var descent = new CubicDescent(data.X, data.Y);
        var start = new Cubic(random.NextGaussian(), random.NextGaussian(), random.NextGaussian(), random.NextGaussian());
        var path = new List<(int Epoch, Cubic Cubic)> { (0, start) };
        long ticks = 0;
        foreach (int epoch in Milestones(epochs))
        {
            var (done, cubic) = path[^1];
            long started = Stopwatch.GetTimestamp();
            cubic = descent.Run(cubic, data.Rate, epoch - done, cancellation);
            ticks += Stopwatch.GetTimestamp() - started;
            path.Add((epoch, cubic));
        }

        var loss = path.Select(p => ((double)p.Epoch, descent.SumOfSquares(p.Cubic))).ToArray();
        return new SineFit(start, path[^1].Cubic, path, loss, (double)ticks / Stopwatch.Frequency);
    }

    /// <summary>About a hundred epochs that are even on a logarithmic axis, every power of ten among them, and the last one.</summary>
    private static IEnumerable<int> Milestones(int epochs)
    {
        const int PerDecade = 20;
        return Enumerable.Range(0, int.MaxValue)
            .Select(i => Math.Round(Math.Pow(10, i / (double)PerDecade)))
            .TakeWhile(epoch => epoch < epochs)
            .Select(epoch => (int)epoch)
            .Append(epochs)
            .Distinct();
    }

    private static SineFit ByTrainer(
        CubicData data, int seed, Loss loss, Optimizer optimizer, Initializer initializer, int epochs, CancellationToken cancellation)
    {
        var mlContext = new MLContext(seed);
        var rows = data.X.Zip(data.Y, (x, y) => new Row { Features = [(float)x, (float)(x * x), (float)(x * x * x)], Label = (float)y });
        var losses = new List<(double Epoch, double SumOfSquares)>(epochs);
        double perRow = loss.Reduction == Reduction.Mean ? data.X.Length : 1;
        var trainer = mlContext.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options
        {
            FeatureScaling = FeatureScaling.None,
            HiddenLayers = [],
            NormalizeLabel = false,
            Loss = loss,
            Optimizer = optimizer,
            Schedule = LearningRateSchedule.Constant,
            Members = 1,
            WeightInitializer = initializer,
            BiasInitializer = initializer,
            NumberOfEpochs = epochs,
            BatchSize = data.X.Length,
            Shuffle = false,
            Seed = seed,
            CancellationToken = cancellation,
            OnEpoch = epoch => losses.Add((epoch.Epoch - 1, epoch.TrainingLoss * perRow)),
        });
        IDataView view = mlContext.Data.LoadFromEnumerable(rows);
        long started = Stopwatch.GetTimestamp();
        NetworkWeights weights = trainer.Fit(view).Model.Weights;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        Span<float> factors = weights[0, "weight"];
        var fit = new Cubic(weights[0, "bias"][0], factors[0], factors[1], factors[2]);
        losses.Add((epochs, new CubicDescent(data.X, data.Y).SumOfSquares(fit)));
        return new SineFit(null, fit, [], losses, seconds);
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
