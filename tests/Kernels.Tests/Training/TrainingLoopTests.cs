using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class TrainingLoopTests
{
    /// <summary>Seed systems S1 (full batch) and S2 (one update a row) in double.</summary>
    [TestMethod]
    [DataRow(3, 1.9999444396553017, 7.999777758621207)]
    [DataRow(1, 1.9999999999999236, 7.9999999999996945)]
    public void OneWeight_ReachesTheKnownValue(int batchSize, double weight, double prediction)
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 3);
        TrainingResult result = new TrainingLoop<double>(network, Options() with { NumberOfEpochs = 100, BatchSize = batchSize }).Run(Doubles());
        Assert.AreEqual(weight, Weights(network)[0], 1e-13);
        Assert.AreEqual(prediction, 4 * Weights(network)[0], 1e-12);
        Assert.AreEqual(100, result.Epochs);
        Assert.AreEqual(StopReason.Completed, result.StopReason);
        Assert.AreEqual(14 / 3.0, result.History.Epochs[0].TrainingLoss, batchSize == 3 ? 1e-12 : 5);
    }

    [TestMethod]
    [DataRow(BackendKind.Reference)]
    [DataRow(BackendKind.Simd)]
    public void Xor_IsLearned(BackendKind kind)
    {
        TrainingData data = new(new DenseRows([0, 0, 0, 1, 1, 0, 1, 1], 2), new ClassRows([0, 1, 1, 0], 2));
        using IBackend<float> backend = Backend.Create(kind, 1);
        using Network<float> network = Trainable(backend, new(new TensorShape(2), [new Dense(8, new Tanh()), new Dense(2)]), 4);
        TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam { LearningRate = 0.05 }, NumberOfEpochs = 200, BatchSize = 4, Seed = 1 };
        EpochRecord last = new TrainingLoop<float>(network, options).Run(data).History.Epochs[^1];
        Assert.AreEqual(1, last.TrainingMetric);
        Assert.IsLessThan(0.05, last.TrainingLoss);
        using Evaluator<float> evaluator = new(network, options.Loss, new Accuracy());
        Assert.AreEqual(1, evaluator.Evaluate(data).Metric);
    }

    /// <summary>From w = 1 the errors are −1, −2, −3; the rate is so small that w stays put.</summary>
    [TestMethod]
    [DataRow(Reduction.Mean, 14 / 3.0)]
    [DataRow(Reduction.Sum, 14.0)]
    public void EpochLoss_IsOverAllRows_LastPartialBatchIncluded(Reduction reduction, double expected)
    {
        List<BatchProgress> batches = [];
        TrainingOptions options = Options() with
        {
            Loss = new MeanSquaredError { Reduction = reduction },
            Optimizer = new Sgd { LearningRate = 1e-12 },
            NumberOfEpochs = 1,
            BatchSize = 2,
            OnBatch = batches.Add,
        };
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 2);
        EpochRecord epoch = new TrainingLoop<double>(network, options).Run(Doubles(), Points([1, 2, 5], [1, 2, 6])).History.Epochs.Single();
        Assert.AreEqual(expected, epoch.TrainingLoss, 1e-9);
        Assert.AreEqual(Math.Sqrt(14 / 3.0), epoch.TrainingMetric, 1e-9);
        Assert.AreEqual(reduction == Reduction.Sum ? 1 : 1 / 3.0, epoch.ValidationLoss, 1e-9);
        Assert.AreEqual(Math.Sqrt(1 / 3.0), epoch.ValidationMetric, 1e-9);
        Assert.AreEqual(1e-12, epoch.LearningRate);
        Assert.IsGreaterThan(0, epoch.Seconds);

        CollectionAssert.AreEqual(
            new[] { (TrainingPhase.Training, 1, 2), (TrainingPhase.Training, 2, 2), (TrainingPhase.Validation, 1, 2), (TrainingPhase.Validation, 2, 2) },
            batches.Select(b => (b.Phase, b.Batch, b.Batches)).ToArray());
        double[] losses = reduction == Reduction.Sum ? [5, 9, 0, 1] : [2.5, 9, 0, 1];
        for (int i = 0; i < losses.Length; i++)
        {
            Assert.AreEqual(losses[i], batches[i].Loss, 1e-9);
            Assert.AreEqual(1, batches[i].Epoch);
            Assert.AreEqual(1, batches[i].Epochs);
            Assert.IsGreaterThan(0, batches[i].RowsPerSecond);
        }
    }

    /// <summary>A weight of 2 is a row that is there twice; a weight of 0 one that is not there.</summary>
    [TestMethod]
    [DataRow(Reduction.Mean)]
    [DataRow(Reduction.Sum)]
    public void Weights_AreRepetitions(Reduction reduction)
    {
        TrainingOptions options = Options() with { Loss = new MeanSquaredError { Reduction = reduction }, NumberOfEpochs = 3, BatchSize = 10 };
        using ReferenceBackend<double> backend = new();
        using Network<double> weighted = Trainable(backend, Line(1), 10);
        using Network<double> repeated = Trainable(backend, Line(1), 10);
        TrainingResult a = new TrainingLoop<double>(weighted, options).Run(Points([1, 2, 3], [2, 7, 6], [2, 0, 1]));
        TrainingResult b = new TrainingLoop<double>(repeated, options).Run(Points([1, 1, 3], [2, 2, 6]));
        Assert.AreEqual(Weights(repeated)[0], Weights(weighted)[0], 1e-14);
        Assert.AreEqual(b.History.Epochs[2].TrainingLoss, a.History.Epochs[2].TrainingLoss, 1e-14);
    }

    [TestMethod]
    public void Batch_OfWeightsZero_ChangesNothing()
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 1);
        List<double> losses = [];
        TrainingOptions options = Options() with { NumberOfEpochs = 1, BatchSize = 1, OnBatch = b => losses.Add(b.Loss) };
        EpochRecord epoch = new TrainingLoop<double>(network, options).Run(Points([1, 2], [3, 5], [1, 0])).History.Epochs[0];
        Assert.AreEqual(1.08, Weights(network)[0], 1e-12, "the other batch's row counts as two average rows");
        CollectionAssert.AreEqual(new double[] { 8, 0 }, losses);
        Assert.AreEqual(4, epoch.TrainingLoss, 1e-12);
    }

    [TestMethod]
    public void RunningAgain_Continues()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> once = Trainable(backend, Line(1), 3);
        using Network<float> twice = Trainable(backend, Line(1), 3);
        new TrainingLoop<float>(once, Options() with { NumberOfEpochs = 5 }).Run(Doubles());
        new TrainingLoop<float>(twice, Options() with { NumberOfEpochs = 2 }).Run(Doubles());
        new TrainingLoop<float>(twice, Options() with { NumberOfEpochs = 3 }).Run(Doubles());
        AssertSameBits(Weights(once), Weights(twice));
    }

    [TestMethod]
    public void Shuffle_ChangesTheOrderOfEveryEpoch_AndNothingElse()
    {
        Recorder rows = new(20);
        TrainingData data = new(rows, new DenseRows(new float[20], 1));
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, Line(1), 20);
        TrainingOptions options = Options() with { NumberOfEpochs = 2, BatchSize = 8, Optimizer = new Sgd { LearningRate = 1e-6 }, Shuffle = true, Seed = 4 };
        new TrainingLoop<float>(network, options).Run(data);
        int[] first = [.. rows.Order.Take(20)];
        int[] second = [.. rows.Order.Skip(20)];
        int[] sorted = [.. Enumerable.Range(0, 20)];
        CollectionAssert.AreEqual(sorted, first.Order().ToArray());
        CollectionAssert.AreEqual(sorted, second.Order().ToArray());
        CollectionAssert.AreNotEqual(sorted, first);
        CollectionAssert.AreNotEqual(first, second);

        rows.Order.Clear();
        new TrainingLoop<float>(network, options with { Shuffle = false }).Run(data);
        CollectionAssert.AreEqual(sorted.Concat(sorted).ToArray(), rows.Order);
    }

    [TestMethod]
    public void ValidationFraction_HoldsRowsBack()
    {
        TrainingData data = ClusterData(90, 6, 1);
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, new(new TensorShape(6), [new Dense(3)]), 16);
        List<BatchProgress> batches = [];
        TrainingOptions options = new()
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Sgd { LearningRate = 0.1 },
            NumberOfEpochs = 10,
            BatchSize = 16,
            ValidationFraction = 0.2,
            OnBatch = batches.Add,
        };
        EpochRecord epoch = new TrainingLoop<float>(network, options).Run(data).History.Epochs[^1];
        Assert.AreEqual(10 * 5, batches.Count(b => b.Phase == TrainingPhase.Training), "72 rows in batches of 16");
        Assert.AreEqual(10 * 2, batches.Count(b => b.Phase == TrainingPhase.Validation), "18 rows");
        Assert.IsGreaterThan(0.9, epoch.ValidationMetric);
        Assert.IsLessThan(1, epoch.ValidationLoss);
    }

    [TestMethod]
    public void Refuses_DataThatDoesNotFit()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, Line(), 2);
        TrainingData wide = new(new DenseRows(new float[4], 2), new DenseRows(new float[2], 1));
        TrainingData many = new(new DenseRows(new float[2], 1), new ClassRows([0, 1], 2));
        TrainingLoop<float> loop = new(network, Options() with { BatchSize = 3 });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => loop.Run(wide)).Message, "training data has 2 features, but the network takes 1 inputs");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => loop.Run(many)).Message, "has 2 targets, but the network gives 1 outputs");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => loop.Run(Doubles())).Message, "batch of 3 rows");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => loop.Run(Points([1], [1]), wide)).Message, "validation data");
        loop.Run(Points([1], [1]));
    }

    [TestMethod]
    public void Refuses_NetworksThatCannotBeTrained()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> lean = new(Line(), backend, 1, training: false);
        using Network<float> empty = new(new(new TensorShape(1), [new Dropout()]), backend, 1, training: true);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>(lean, Options())).Message, "training: true");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>(empty, Options())).Message, "no weights");
    }

    [TestMethod]
    public void Refuses_SettingsOutOfRange()
    {
        TrainingOptions good = Options();
        foreach (TrainingOptions bad in new[]
        {
            good with { NumberOfEpochs = 0 },
            good with { BatchSize = 0 },
            good with { ValidationFraction = 1 },
            good with { ValidationFraction = double.NaN },
            good with { L1Regularization = -1 },
            good with { L2Regularization = double.PositiveInfinity },
            good with { ClipValue = 0 },
            good with { ClipNorm = double.NaN },
            good with { Optimizer = new Sgd { LearningRate = -1 } },
            good with { EarlyStopping = new EarlyStopping { Patience = 0 } },
            good with { EarlyStopping = new EarlyStopping { MinDelta = -1 } },
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(bad.Validate, bad.ToString());
        }

        good.Validate();
    }

    /// <summary>Counts are not below 0, probabilities not beyond 0 and 1: a run on such targets would only learn nonsense.</summary>
    [TestMethod]
    public void TargetsOutsideTheLossRangeAreRefused()
    {
        Refused(new Poisson(), [3, 0, -1], "Row 2 (counted from 0) has -1 in column 0 as a target of the training data, but poisson takes targets of at least 0.");
        Refused(new BinaryCrossEntropy(), [1, -1, 0], "Row 1 (counted from 0) has -1 in column 0 as a target of the training data, but binary-cross-entropy takes targets from 0 to 1.");
        Refused(new SoftmaxCrossEntropy(), [1, 0, 0, 1, 1, -2], "Row 2 (counted from 0) has -2 in column 1");
        Refused(new Poisson(), [3, float.NaN, 1], "Row 1 (counted from 0) has NaN");
        Refused(new Poisson(), [3, 0, 1], "Row 0 (counted from 0) has -2 in column 0 as a target of the validation data", Points([1], [-2]));

        static void Refused(Loss loss, float[] targets, string message, TrainingData? validation = null)
        {
            using ReferenceBackend<double> backend = new();
            int outputs = targets.Length / 3;
            using Network<double> network = Trainable(backend, new NetworkDefinition(new TensorShape(1), [new Dense(outputs)]), 3);
            TrainingOptions options = new() { Loss = loss, Optimizer = new Sgd(), NumberOfEpochs = 1 };
            TrainingData data = new(new DenseRows([1, 2, 3], 1), new DenseRows(targets, outputs));
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<double>(network, options).Run(data, validation)).Message, message);
        }
    }

    private static TrainingOptions Options() =>
        new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01 }, BatchSize = 3, Shuffle = false };

    private sealed class Recorder(int count) : IRowSource<float>
    {
        public List<int> Order { get; } = [];

        public int Count => count;

        public int Width => 1;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            Order.AddRange(rows);
            destination.Clear();
        }
    }
}
