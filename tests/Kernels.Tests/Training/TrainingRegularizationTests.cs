using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Several batches an update, limited norms, and the mean of the weights.</summary>
[TestClass]
public class TrainingRegularizationTests
{
    /// <summary>29 rows by twelves are two whole updates and one of five rows; by fours, the last update has a batch of four and one of one.</summary>
    [TestMethod]
    [DataRow(Reduction.Mean, false)]
    [DataRow(Reduction.Mean, true)]
    [DataRow(Reduction.Sum, true)]
    public void Accumulation_IsTheLargeBatch(Reduction reduction, bool weighted)
    {
        (double[] large, TrainingResult expected) = Train(batchSize: 12, accumulation: 1);
        (double[] small, TrainingResult actual) = Train(batchSize: 4, accumulation: 3);
        TestTensors.AreClose(large, small, 1e-12);
        TestTensors.AreClose(expected.History.Epochs.Select(e => e.TrainingLoss).ToArray(), actual.History.Epochs.Select(e => e.TrainingLoss).ToArray(), 1e-12);
        CollectionAssert.AreEqual(
            expected.History.Epochs.Select(e => e.LearningRate).ToArray(), actual.History.Epochs.Select(e => e.LearningRate).ToArray(), "the schedule counts updates");

        (double[] other, _) = Train(batchSize: 4, accumulation: 1);
        Assert.IsGreaterThan(1e-3, large.Zip(other, (a, b) => Math.Abs(a - b)).Max(), "the size of an update matters");

        (double[] Weights, TrainingResult Result) Train(int batchSize, int accumulation)
        {
            const int Rows = 29;
            (float[] features, int[] labels) = Clusters(Rows, 5, 4);
            float[]? weights = weighted ? [.. Enumerable.Range(0, Rows).Select(i => (i % 4) * 0.5f)] : null;
            using ReferenceBackend<double> backend = new();
            NetworkDefinition definition = new(new TensorShape(5), [new Dense(7, new Tanh()), new Dense(3)]);
            using Network<double> network = Trainable(backend, definition, batchSize);
            TrainingOptions options = new()
            {
                Loss = new SoftmaxCrossEntropy { Reduction = reduction },
                Optimizer = new Adam { LearningRate = 0.01 },
                Schedule = new CosineAnnealing(),
                NumberOfEpochs = 4,
                BatchSize = batchSize,
                AccumulationSteps = accumulation,
                ClipNorm = 0.5,
                L2Regularization = 0.01,
            };
            TrainingResult result = new TrainingLoop<double>(network, options).Run(new TrainingData(new DenseRows(features, 5), new ClassRows(labels, 3), weights));
            return (Weights(network), result);
        }
    }

    [TestMethod]
    public void Accumulation_DropsOtherUnitsInEveryBatch()
    {
        HashSet<double> losses = [];
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, new NetworkDefinition(new TensorShape(40), [new Dropout(0.5), new Dense(1)]), 1);
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Sgd { LearningRate = 1e-9 },
            NumberOfEpochs = 1,
            BatchSize = 1,
            AccumulationSteps = 8,
            OnBatch = batch => losses.Add(batch.Loss),
        };

        // Eight equal rows differ only by what is dropped.
        float[] row = [.. Enumerable.Range(0, 40).Select(i => i * 0.1f)];
        new TrainingLoop<double>(network, options).Run(new TrainingData(
            new DenseRows([.. Enumerable.Repeat(row, 8).SelectMany(x => x)], 40), new DenseRows(new float[8], 1)));
        Assert.HasCount(8, losses);
    }

    /// <summary>
    /// From columns (3, 4) and (0.3, 0.4), rate 0: their lengths are 5 and 0.5. A limit of 2 makes the first (1.2, 1.6), whatever the biases are; filters are limited like units.
    /// </summary>
    [TestMethod]
    public void MaxNorm_ShortensWhatFeedsAUnit()
    {
        using ReferenceBackend<double> backend = new();
        NetworkDefinition definition = new(
            new TensorShape(2, 1, 1), [new Convolution2D(2, 1, biasInitializer: new Constant(7)), new Flatten(), new Dense(2, biasInitializer: new Constant(9))]);
        using Network<double> network = Trainable(backend, definition, 1);
        double[] weights = Weights(network);
        foreach (ParameterSlot slot in definition.Parameters.Where(slot => slot.Length == 4))
        {
            ((double[])[3, 0.3, 4, 0.4]).CopyTo(weights, slot.Offset);
        }

        backend.Write(weights, network.Parameters);
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = double.Epsilon }, NumberOfEpochs = 1, BatchSize = 1, MaxNorm = 2,
        };
        new TrainingLoop<double>(network, options).Run(new TrainingData(new DenseRows([1, 1], 2), new DenseRows([0, 0], 2)));

        double[] trained = Weights(network);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            double[] expected = slot.Length == 4 ? [1.2, 0.3, 1.6, 0.4] : slot.Layer == 0 ? [7, 7] : [9, 9];
            TestTensors.AreClose(expected, trained.AsSpan(slot.Offset, slot.Length), 1e-15, $"{slot.Spec.Name} of layer {slot.Layer}");
        }
    }

    /// <summary>One point (1, 1), w₀ = 0, rate ¼: w ← (w + 1) / 2, that is ½, ¾, ⅞. With decay ½ the mean is (¼ · w₁ + ½ · w₂ + w₃) / 1.75.</summary>
    [TestMethod]
    public void Average_ByHand()
    {
        double[] means = [0.5, (0.25 + 0.75) / 1.5, (0.125 + 0.375 + 0.875) / 1.75];
        List<double> seen = [];
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(0), 1);
        TrainingData point = Points([1], [1]);
        TrainingOptions options = Averaged() with { OnEpoch = _ => seen.Add(Weights(network)[0]) };
        TrainingResult result = new TrainingLoop<double>(network, options).Run(point, point);

        TestTensors.AreClose(means, seen.ToArray(), 1e-15, "while a callback looks");
        Assert.AreEqual(means[2], Weights(network)[0], 1e-15, "at the end");
        TestTensors.AreClose(means.Select(m => (1 - m) * (1 - m)).ToArray(), result.History.Epochs.Select(e => e.ValidationLoss).ToArray(), 1e-15, "validation");
        TestTensors.AreClose([1, 0.25, 0.0625], result.History.Epochs.Select(e => e.TrainingLoss).ToArray(), 1e-15, "training goes on from the weights themselves");
    }

    /// <summary>The best epoch's mean comes back, here the first one: the validation data asks for what training leaves.</summary>
    [TestMethod]
    public void Average_IsWhatEarlyStoppingRestores()
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(0), 1);
        TrainingOptions options = Averaged() with { NumberOfEpochs = 9, EarlyStopping = new EarlyStopping { Patience = 2 } };
        TrainingResult result = new TrainingLoop<double>(network, options).Run(Points([1], [1]), Points([1], [0]));
        Assert.AreEqual(1, result.BestEpoch);
        Assert.AreEqual(3, result.Epochs);
        Assert.AreEqual(0.5, Weights(network)[0], 1e-15);
    }

    /// <summary>A cancelled run returns the mean, too; one that throws leaves the weights themselves.</summary>
    [TestMethod]
    public void Average_WhenTheRunIsCancelled()
    {
        foreach (CancellationBehavior behavior in Enum.GetValues<CancellationBehavior>())
        {
            using CancellationTokenSource source = new();
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, Line(0), 1);
            TrainingOptions options = Averaged() with
            {
                BatchSize = 1,
                CancellationBehavior = behavior,
                CancellationToken = source.Token,
            };
            TrainingLoop<double> loop = new(network, options with { OnBatch = batch => Cancel(batch, source) });
            TrainingData points = Points([1, 1, 1, 1], [1, 1, 1, 1]);
            if (behavior == CancellationBehavior.Throw)
            {
                Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(points));
                Assert.AreEqual(0.875, Weights(network)[0], 1e-15);
            }
            else
            {
                Assert.AreEqual(StopReason.Cancelled, loop.Run(points).StopReason);
                Assert.AreEqual((0.125 + 0.375 + 0.875) / 1.75, Weights(network)[0], 1e-15);
            }
        }

        static void Cancel(BatchProgress batch, CancellationTokenSource source)
        {
            if (batch.Batch == 3)
            {
                source.Cancel();
            }
        }
    }

    [TestMethod]
    public void SettingsAreChecked()
    {
        Refused("AccumulationSteps", Averaged() with { AccumulationSteps = 0 });
        Refused("MaxNorm", Averaged() with { MaxNorm = 0 });
        Refused("MaxNorm", Averaged() with { MaxNorm = double.NaN });
        Refused("AverageDecay", Averaged() with { AverageDecay = 1 });
        Refused("AverageDecay", Averaged() with { AverageDecay = -0.1 });

        static void Refused(string setting, TrainingOptions options) =>
            Assert.AreEqual(setting, Assert.ThrowsExactly<ArgumentOutOfRangeException>(options.Validate).ParamName);
    }

    private static TrainingOptions Averaged() =>
        new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.25 }, NumberOfEpochs = 3, BatchSize = 1, AverageDecay = 0.5 };
}
