using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>One update from known weights: what clipping, penalties and schedules do to it. Gradient of the data below: 2 · (y − t) · x = −8, −16.</summary>
[TestClass]
public class TrainingUpdateTests
{
    [TestMethod]
    public void Plain() => AssertStep(Options(), [0.8, 1.6]);

    [TestMethod]
    public void ClipNorm_ScalesALongGradient() => AssertStep(Options() with { ClipNorm = 1 }, [0.1 / Math.Sqrt(5), 0.2 / Math.Sqrt(5)]);

    [TestMethod]
    public void ClipNorm_LeavesAShortOne() => AssertStep(Options() with { ClipNorm = 20 }, [0.8, 1.6]);

    [TestMethod]
    public void ClipValue_CutsElements() => AssertStep(Options() with { ClipValue = 10 }, [0.8, 1]);

    [TestMethod]
    public void ClipNorm_ComesBeforeClipValue() => AssertStep(Options() with { ClipNorm = 1, ClipValue = 0.5 }, [0.1 / Math.Sqrt(5), 0.05]);

    /// <summary>From w = (1, −2): output 1·1 + 2·(−2) = −3, target 1, gradient 2·(−4)·(1, 2).</summary>
    [TestMethod]
    public void Penalties_AreAddedAfterClipping()
    {
        TrainingOptions options = Options() with { ClipNorm = 1, L1Regularization = 3, L2Regularization = 5, Optimizer = new Sgd { LearningRate = 0.1, WeightDecay = 7 } };
        double[] expected = [1 - (0.1 * ((-1 / Math.Sqrt(5)) + 3 + 12)), -2 - (0.1 * ((-2 / Math.Sqrt(5)) - 3 - 24))];
        AssertStep(options, expected, [1, -2], 1);
    }

    /// <summary>Biases, scales and shifts take the same step as without penalties, to the bit; every other weight its share of them.</summary>
    [TestMethod]
    [DataRow("sgd")]
    [DataRow("adamw")]
    public void Penalties_SpareBiasesAndNormalizations(string name)
    {
        NetworkDefinition definition = new(
            new TensorShape(2, 4, 4),
            [
                new Convolution2D(3, 3, padding: 1, biasInitializer: new Constant(0.5)),
                new BatchNormalization(),
                new Residual([new Convolution2D(3, 3, padding: 1, biasInitializer: new Constant(0.5)), new LayerNormalization()], activation: new ReLU()),
                new Flatten(),
                new Dense(2, biasInitializer: new Constant(0.5)),
            ]);
        const double Rate = 0.1;
        Optimizer optimizer = name == "sgd" ? new Sgd { LearningRate = Rate } : new AdamW { LearningRate = Rate, WeightDecay = 0 };
        double[] start = Step(optimizer with { LearningRate = double.Epsilon }, 0, 0);
        double[] free = Step(optimizer, 0, 0);
        double[] penalized = Step(optimizer with { WeightDecay = 0.25 }, name == "sgd" ? 0.5 : 0, name == "sgd" ? 0.125 : 0);
        HashSet<string> spared = [];
        foreach (ParameterSlot slot in definition.Parameters)
        {
            bool isWeight = slot.Spec.Name.EndsWith("weight", StringComparison.Ordinal);
            Assert.AreEqual(isWeight, slot.Spec.IsPenalized);
            _ = isWeight || spared.Add(slot.Spec.Name.Split('.')[^1]);
            for (int i = slot.Offset; i < slot.Offset + slot.Length; i++)
            {
                // Coupled: 0.5 + 0.25 and the sign; decoupled: the weight's own.
                double penalty = !isWeight ? 0 : name == "sgd" ? (0.75 * start[i]) + (0.125 * Math.Sign(start[i])) : 0.25 * start[i];
                Assert.AreEqual(free[i] - (Rate * penalty), penalized[i], isWeight ? 1e-12 : 0, $"{slot.Spec.Name} of layer {slot.Layer + 1}");
            }
        }

        CollectionAssert.AreEquivalent(new[] { "bias", "scale", "shift", "runningMean", "runningVariance" }, spared.ToArray());

        double[] Step(Optimizer optimizer, double l2, double l1)
        {
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, definition, 4);
            TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = optimizer, L2Regularization = l2, L1Regularization = l1, NumberOfEpochs = 1, BatchSize = 4 };
            (float[] features, _) = Clusters(4, 32, 1);
            new TrainingLoop<double>(network, options).Run(new TrainingData(new DenseRows(features, 32), new ClassRows([0, 1, 0, 1], 2)));
            return Weights(network);
        }
    }

    [TestMethod]
    public void Schedule_GivesTheRateOfEveryUpdate()
    {
        List<double> rates = [];
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 2);
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Sgd { LearningRate = 0.12 },
            Schedule = new Harmonic(),
            NumberOfEpochs = 2,
            BatchSize = 2,
            OnBatch = b => rates.Add(b.LearningRate),
        };
        TrainingResult result = new TrainingLoop<double>(network, options).Run(Doubles());
        CollectionAssert.AreEqual(new[] { 0.12, 0.06, 0.04, 0.03 }, rates);
        CollectionAssert.AreEqual(new[] { 0.06, 0.03 }, result.History.Epochs.Select(e => e.LearningRate).ToArray());
    }

    private static void AssertStep(TrainingOptions options, double[] expected, double[]? start = null, float target = 4)
    {
        using ReferenceBackend<double> backend = new();
        NetworkDefinition definition = new(new TensorShape(2), [new Dense(1, useBias: false, weightInitializer: new Constant(0))]);
        using Network<double> network = Trainable(backend, definition, 1);
        if (start is not null)
        {
            backend.Write(start, network.Parameters.Slice(0, 2));
        }

        TrainingData data = new(new DenseRows([1, 2], 2), new DenseRows([target], 1));
        new TrainingLoop<double>(network, options).Run(data);
        double[] weights = Weights(network);
        Assert.AreEqual(expected[0], weights[0], 1e-12);
        Assert.AreEqual(expected[1], weights[1], 1e-12);
        Assert.IsTrue(weights.Skip(2).All(w => w == 0), "the gap that aligns parameters stays zero");
    }

    private static TrainingOptions Options() =>
        new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 1, BatchSize = 1 };

    private sealed record Harmonic : LearningRateSchedule
    {
        public override string Name => "harmonic";

        public override double LearningRate(double initial, in SchedulePosition position)
        {
            Assert.AreEqual(2, position.StepsPerEpoch);
            Assert.AreEqual(2, position.Epochs);
            Assert.AreEqual(((position.Step - 1) / 2) + 1, position.Epoch);
            return initial / position.Step;
        }
    }
}
