using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A run's result tells how its model compares with the best constant.</summary>
[TestClass]
public sealed class BaselineTests
{
    /// <summary>The mean, the median, a quantile; log-odds, the logarithm of a mean; log-frequencies. By hand.</summary>
    [TestMethod]
    public void TheConstantIsTheLossesOwn()
    {
        TrainingData numbers = Points(new float[5], [1, 2, 3, 4, 90]);
        Assert.AreEqual(20, Constant(numbers, new MeanSquaredError()), 1e-9);
        Assert.AreEqual(3, Constant(numbers, new MeanAbsoluteError()), 1e-6);
        Assert.AreEqual(4, Constant(numbers, new Quantile { Tau = 0.7 }), 1e-6);
        Assert.AreEqual(Math.Log(20), Constant(numbers, new Poisson()), 1e-9);
        Assert.AreEqual((90 + (4 * 2.5)) / 5, Constant(Points(new float[2], [90, 2.5f], [1, 4]), new MeanSquaredError()), 1e-9, "by weights");
        Assert.AreEqual(Math.Log(0.25 / 0.75), Constant(Points(new float[4], [0, 1, 0, 0]), new BinaryCrossEntropy()), 1e-9);

        TrainingData classes = new(new DenseRows(new float[4], 1), new ClassRows([0, 0, 1, 0], 3), [1, 1, 4, 2]);
        TestTensors.AreClose([Math.Log(0.5), Math.Log(0.5), -30], BestConstant.Outputs(classes, new SoftmaxCrossEntropy())!, 1e-12);
        TestTensors.AreClose([Math.Log(0.45), Math.Log(0.45), Math.Log(0.1)], BestConstant.Outputs(classes, new SoftmaxCrossEntropy { LabelSmoothing = 0.3 })!, 1e-6);
        TrainingData shares = new(new DenseRows(new float[2], 1), new DenseRows([0.5f, 0.5f, 0, 1], 2));
        TestTensors.AreClose([Math.Log(0.25), Math.Log(0.75)], BestConstant.Outputs(shares, new SoftmaxCrossEntropy())!, 1e-6);

        Assert.IsNull(BestConstant.Outputs(Points([1, 2], [7, 7]), new MeanSquaredError()), "there is nothing but a constant to learn");
        Assert.IsNull(BestConstant.Outputs(Points([1, 2, 3], [7, 7, 1], [1, 1, 0]), new MeanSquaredError()), "of rows that count");
        Assert.IsNull(BestConstant.Outputs(new TrainingData(new DenseRows([1, 2], 1), new ClassRows([2, 2], 3)), new SoftmaxCrossEntropy()));

        static double Constant(TrainingData data, Loss loss) => BestConstant.Outputs(data, loss)!.Single();
    }

    /// <summary>From w = 1, at a rate of nothing, on y = 2x: errors −1, −2, −3 against those of the mean 4: −2, 0, 2.</summary>
    [TestMethod]
    public void TheFiguresByHand()
    {
        BaselineComparison baseline = Run(Line(1), Doubles(), new MeanSquaredError(), 1e-12, epochs: 1)!;
        Assert.AreEqual(3, baseline.Rows);
        Assert.IsFalse(baseline.IsValidation);
        Assert.AreEqual(14 / 3.0, baseline.Loss, 1e-6);
        Assert.AreEqual(Math.Sqrt(14 / 3.0), baseline.Metric, 1e-6);
        Assert.AreEqual(8 / 3.0, baseline.ConstantLoss, 1e-6);
        Assert.AreEqual(Math.Sqrt(8 / 3.0), baseline.ConstantMetric, 1e-6);
        Assert.IsTrue(baseline.IsNoBetter);
        Assert.IsFalse(baseline.IsConstant);
        Assert.IsFalse(Run(Line(1), Doubles(), new MeanSquaredError(), 0.05, epochs: 20)!.IsNoBetter);
    }

    /// <summary>A network whose units are dead gives one output; so does one of rows that are all the same, which is no fault of it.</summary>
    [TestMethod]
    public void OneOutputForAllRowsIsFound()
    {
        TrainingData data = ClusterData(60, 4, 1);
        NetworkDefinition dead = new(new TensorShape(4), [new Dense(8, new ReLU(), biasInitializer: new Constant(-100)), new Dense(3)]);
        BaselineComparison baseline = Run(dead, data, new SoftmaxCrossEntropy(), 0.1, epochs: 200)!;
        Assert.IsTrue(baseline.IsConstant);
        Assert.IsTrue(baseline.IsNoBetter);
        Assert.AreEqual(1 / 3.0, baseline.ConstantMetric, 1e-6);

        TrainingData same = new(new DenseRows(new float[60 * 4], 4), data.Targets);
        Assert.IsFalse(Run(new NetworkDefinition(new TensorShape(4), [new Dense(3)]), same, new SoftmaxCrossEntropy(), 0.1, epochs: 20)!.IsConstant);
    }

    /// <summary>Noise as targets: what is learned by heart does not hold for other rows, whose loss is higher than chance has it.</summary>
    [TestMethod]
    public void ValidationRowsAreWhatCounts_UnlessTheyAreTooFew()
    {
        TrainingData training = Noise(40, 1);
        NetworkDefinition large = new(new TensorShape(4), [new Dense(64, new Tanh()), new Dense(1)]);
        BaselineComparison learned = Run(large, training, new MeanSquaredError(), 0.02, epochs: 600)!;
        Assert.IsFalse(learned.IsNoBetter);
        BaselineComparison validated = Run(large, training, new MeanSquaredError(), 0.02, epochs: 600, Noise(200, 2))!;
        Assert.IsTrue(validated is { IsValidation: true, IsNoBetter: true, Rows: 200 });
        BaselineComparison few = Run(large, training, new MeanSquaredError(), 0.02, epochs: 600, Noise(7, 2))!;
        Assert.IsTrue(few is { IsValidation: false, IsNoBetter: false, Rows: 40 });
    }

    /// <summary>Wrong with certainty in one row of ten costs a loss above that of the frequencies, but nine of ten are right.</summary>
    [TestMethod]
    public void ASureModelWithFewErrorsIsBetter()
    {
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 2)];
        float[] x = [.. labels.Select((label, i) => (i % 10 == 0) == (label == 0) ? 40f : -40)];
        NetworkDefinition sure = new(new TensorShape(1), [new Dense(2, useBias: false, weightInitializer: new Alternating())]);
        BaselineComparison baseline = Run(sure, new TrainingData(new DenseRows(x, 1), new ClassRows(labels, 2)), new SoftmaxCrossEntropy(), 1e-12, epochs: 1)!;
        Assert.AreEqual(0.9, baseline.Metric, 1e-6);
        Assert.IsGreaterThan(2 * baseline.ConstantLoss, baseline.Loss);
        Assert.IsFalse(baseline.IsNoBetter);
    }

    /// <summary>Thousand rows or so are enough, and an order of the rows makes no difference to which.</summary>
    [TestMethod]
    public void SomeOfManyRowsAreCompared()
    {
        float[] x = [.. Enumerable.Range(0, 50_000).Select(i => (i % 2) - 0.5f)];
        TrainingData data = Points(x, x);
        BaselineComparison baseline = Run(Line(0.5), data, new MeanSquaredError(), 1e-12, epochs: 1, batchSize: 10_000)!;
        Assert.AreEqual(BaselineComparison.MostRows, baseline.Rows);
        Assert.AreEqual(0.25, baseline.ConstantLoss, 0.01);
        Assert.AreEqual(0.0625, baseline.Loss, 1e-6);
        int[] sample = RowSample.Draw(50_000, 1000);
        Assert.IsTrue(sample.Zip(sample.Skip(1), (a, b) => a < b).All(rising => rising));
        Assert.AreEqual(0.5, sample.Average(row => row % 2), 0.1);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, RowSample.Draw(3, 1000));
    }

    [TestMethod]
    public void WeightsCount()
    {
        TrainingData data = Points([1, 2, 3], [2, 4, 60], [1, 1, 0]);
        BaselineComparison baseline = Run(Line(2), data, new MeanSquaredError(), 1e-12, epochs: 1)!;
        Assert.AreEqual(0, baseline.Loss, 1e-6);
        Assert.AreEqual(1, baseline.ConstantLoss, 1e-6);
        Assert.IsFalse(baseline.IsNoBetter);
    }

    private static TrainingData Noise(int rows, ulong seed)
    {
        RandomSource random = new(seed);
        return new TrainingData(
            new DenseRows([.. Enumerable.Range(0, rows * 4).Select(_ => (float)random.NextGaussian())], 4),
            new DenseRows([.. Enumerable.Range(0, rows).Select(_ => (float)random.NextGaussian())], 1));
    }

    private static BaselineComparison? Run(NetworkDefinition definition, TrainingData data, Loss loss, double rate, int epochs, TrainingData? validation = null, int batchSize = 8)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, definition, batchSize);
        TrainingOptions options = new() { Loss = loss, Optimizer = new Sgd { LearningRate = rate }, NumberOfEpochs = epochs, BatchSize = batchSize };
        return new TrainingLoop<float>(network, options).Run(data, validation).Baseline;
    }

    /// <summary>−1, 1: the one output is the other's opposite.</summary>
    private sealed record Alternating : Initializer
    {
        public override string Name => "alternating";

        public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
        {
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = i % 2 == 0 ? -T.One : T.One;
            }
        }
    }
}
