using System.Numerics;
using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Layers that training leaves as they are, and layers with a rate of their own.</summary>
[TestClass]
public class FrozenLayersTests
{
    private const int Rows = 26;
    private static readonly TensorShape s_image = new(2, 3, 3);

    /// <summary>A layer of every kind that has weights.</summary>
    private static readonly NetworkDefinition s_everyKind = new(
        s_image,
        [
            new Convolution2D(3, 3, padding: 1, activation: new Tanh()),
            new BatchNormalization(),
            new Dropout(0.4),
            new Convolution2D(2, 3, padding: 1, activation: new SiLU()),
            new LayerNormalization(),
            new Residual([new Convolution2D(2, 3, padding: 1), new BatchNormalization()], activation: new Tanh()),
            new Flatten(),
            new Ensemble([new Dense(4, new SiLU()), new Dense(3)], 2),
            new BatchNormalization(),
            new Dense(3),
        ]);

    /// <summary>The first layers, one in the middle of each kind, and all but the last.</summary>
    public static IEnumerable<object[]> Frozen => new int[][] { [0], [0, 1, 2], [3], [1, 4], [5], [7, 8], [0, 2, 4, 6, 8], [9], [0, 1, 2, 3, 4, 5, 6, 7, 8] }.Select(layers => new object[] { layers });

    [TestMethod]
    [DynamicData(nameof(Frozen))]
    public void TheGradientIsThatOfTheTrainedLayersAlone(int[] frozen)
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Create(backend, s_everyKind, Rates(s_everyKind, frozen), rows: 4, inputGradient: true);
        double[] input = Random(4 * s_image.Size, 1);
        double[] weights = Random(4 * 3, 2);
        double[] start = Values(backend, network.Parameters);
        Pass(input, start);
        backend.Write(weights, network.OutputGradient.Slice(0, weights.Length));
        network.Backward(network.OutputGradient, 4);
        double[] gradients = Values(backend, network.Gradients);
        double[] ofInput = Values(backend, network.InputGradient);
        foreach (ParameterSlot slot in s_everyKind.Parameters)
        {
            int? place = network.Layers.GradientOf(slot);
            Assert.AreEqual(slot.Spec.Trainable && !frozen.Contains(slot.Layer), place is not null);
            if (place is { } at)
            {
                GradientCheck.Verify($"{slot.Spec.Name} of layer {slot.Layer + 1}", start[slot.Offset..(slot.Offset + slot.Length)], gradients[at..(at + slot.Length)], values =>
                {
                    double[] moved = [.. start];
                    values.CopyTo(moved, slot.Offset);
                    return GradientCheck.Inner(weights, Pass(input, moved));
                });
            }
        }

        GradientCheck.Verify("input", input, ofInput, values => GradientCheck.Inner(weights, Pass(values, start)));

        double[] Pass(double[] x, double[] parameters)
        {
            backend.Write(parameters, network.Parameters);
            backend.Write(x, network.Input.Slice(0, x.Length));
            return Values(backend, network.Forward(network.Input, 4, training: true, key: 5));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Frozen))]
    public void FrozenWeightsAndStatisticsKeepTheirBits(int[] frozen)
    {
        TrainingOptions options = Options with
        {
            Optimizer = new AdamW { WeightDecay = 0.1 }, L1Regularization = 1e-3, L2Regularization = 1e-2, MaxNorm = 0.5, ClipNorm = 1, AverageDecay = 0.9, AccumulationSteps = 2,
        };
        foreach (TrainingOptions run in new[] { options, Options })
        {
            AssertFrozen(frozen, run, replicas: 0);
            AssertFrozen(frozen, run with { Shards = 3 }, replicas: 2);
        }
    }

    /// <summary>Below the lowest trained layer there is a forward pass, as in prediction, and nothing else.</summary>
    [TestMethod]
    public void NothingRunsBackwardBelowTheLowestTrainedLayer()
    {
        Probe below = new("below");
        Probe middle = new("middle");
        Probe above = new("above");
        NetworkDefinition definition = new(new TensorShape(5), [below, new Dense(5), middle, new Dense(4), above, new Dense(3)]);
        using SimdBackend backend = new(1);
        using Network<float> network = Create(backend, definition, [0, 0, 0, 1, 0, 1], rows: 8);
        Assert.AreEqual(32 + 16 + 16 + 16, network.Gradients.Length);
        new TrainingLoop<float>(network, Options with { NumberOfEpochs = 1, BatchSize = 8 }).Run(ClusterData(16, 5, 1));
        Assert.AreEqual((true, false, 0), (below.Ran, below.Trained, below.WentBack));
        Assert.AreEqual((true, false, 0), (middle.Ran, middle.Trained, middle.WentBack));
        Assert.AreEqual((true, false, 2), (above.Ran, above.Trained, above.WentBack));
        new LearningRateFinder { Updates = 10 }.Run(network, Options with { BatchSize = 8 }, ClusterData(16, 5, 1));
        Assert.AreEqual(0, below.WentBack);
    }

    /// <summary>What a frozen layer makes of a batch is not kept.</summary>
    [TestMethod]
    public void FrozenLayersKeepNoResults()
    {
        NetworkDefinition definition = new(new TensorShape(100), [.. Enumerable.Repeat(new Dense(100, new Tanh()), 20), new Dense(3)]);
        double[] allButLast = [.. Enumerable.Repeat(0.0, 20), 1];
        long all = Bytes(null);
        long last = Bytes(allButLast);
        Assert.IsLessThan(all / 4, last);

        // One row: twenty results, or two.
        long Bytes(double[]? rates)
        {
            LayerTraining training = new(definition, rates);
            long fits = 0;
            for (long bytes = 1 << 25; bytes > 0; bytes /= 2)
            {
                try
                {
                    NetworkMemory<float>.CheckFits(definition, 1000, training.FirstTrained, input: false, free: fits + bytes);
                }
                catch (ArgumentException)
                {
                    fits += bytes;
                }
            }

            return fits - (8L * definition.ParameterLength);
        }
    }

    [TestMethod]
    public void TheNormIsOfTheTrainedWeightsAlone()
    {
        const double Limit = 1e-3;
        NetworkDefinition definition = new(new TensorShape(6), [new Dense(7, new Tanh()), new Dense(3)]);
        TrainingOptions options = Options with { Optimizer = new Sgd { LearningRate = 1 }, ClipNorm = Limit, NumberOfEpochs = 1, BatchSize = Rows };
        using ReferenceBackend<double> backend = new();
        foreach (double[] rates in new double[][] { [1, 1], [0, 1], [1, 0] })
        {
            using Network<double> network = Create(backend, definition, rates, Rows);
            double[] start = Weights(network);
            new TrainingLoop<double>(network, options).Run(ClusterData(Rows, 6, 1));
            Assert.AreEqual(Limit, Math.Sqrt(Weights(network).Zip(start, (after, before) => (after - before) * (after - before)).Sum()), 1e-12);
        }
    }

    [TestMethod]
    [DataRow("sgd")]
    [DataRow("adamw")]
    public void AFactorIsOneOfTheRate(string name)
    {
        Optimizer optimizer = name == "sgd" ? new Sgd { LearningRate = 0.1, WeightDecay = 0.2 } : new AdamW { LearningRate = 0.1, WeightDecay = 0.2 };
        NetworkDefinition definition = new(new TensorShape(6), [new Dense(7, new Tanh()), new Dense(5, new Tanh()), new Dense(3)]);
        double[] rates = [0.25, 3, 1];
        using ReferenceBackend<double> backend = new();
        double[] start = Step(null, double.Epsilon);
        double[] plain = Step(null, 0.1);
        double[] own = Step(rates, 0.1);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            for (int i = slot.Offset; i < slot.Offset + slot.Length; i++)
            {
                Assert.AreEqual(rates[slot.Layer] * (plain[i] - start[i]), own[i] - start[i], 1e-12);
            }
        }

        double[] Step(double[]? rates, double rate)
        {
            using Network<double> network = Create(backend, definition, rates, Rows);
            new TrainingLoop<double>(network, Options with { Optimizer = optimizer with { LearningRate = rate }, NumberOfEpochs = 1, BatchSize = Rows }).Run(ClusterData(Rows, 6, 1));
            return Weights(network);
        }
    }

    /// <summary>Frozen first layers of sparse rows do what dense ones do, and rates of their own go with steps that are put off.</summary>
    [TestMethod]
    public void SparseRowsLearnAsDenseOnes()
    {
        const int Width = 200;
        float[] dense = new float[Rows * Width];
        SparseRowsBuilder builder = new(Width);
        RandomSource random = new(5);
        for (int i = 0; i < Rows; i++)
        {
            (int column, float value) = (3 + random.NextInt32(Width - 3), (float)random.NextDouble());
            (dense[(i * Width) + (i % 3)], dense[(i * Width) + column]) = (1, value);
            builder.Add([i % 3, column], [1, value]);
        }

        ClassRows labels = new([.. Enumerable.Range(0, Rows).Select(i => i % 3)], 3);
        TrainingData sparse = new(builder.Build(), labels);
        Assert.IsTrue(sparse.IsSparse);
        NetworkDefinition definition = new(new TensorShape(Width), [new Dense(5, new Tanh()), new Dense(4, new Tanh()), new Dense(3)]);
        using ReferenceBackend<double> backend = new();
        foreach (double[] rates in new double[][] { [0, 1, 0.5], [0.5, 0, 1], [0.1, 1, 0], [0.1, 0.3, 1] })
        {
            double[] expected = Train(new TrainingData(new DenseRows(dense, Width), labels));
            double[] actual = Train(sparse);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], actual[i], 1e-9);
            }

            double[] Train(TrainingData data)
            {
                using Network<double> network = Create(backend, definition, rates, 8);
                new TrainingLoop<double>(network, Options).Run(data);
                return Weights(network);
            }
        }
    }

    [TestMethod]
    public void Replicas_DoNotChangeABit()
    {
        double[] rates = [0, 0, 1, 0.1, 1, 0, 1, 1, 0, 3];
        float[] one = Train(1);
        for (int replicas = 2; replicas <= 4; replicas++)
        {
            AssertSameBits(one, Train(replicas));
        }

        float[] Train(int replicas) => TrainTogether(s_everyKind, rates, Options with { Shards = 5, AverageDecay = 0.8, ClipNorm = 1 }, replicas);
    }

    [TestMethod]
    public void EveryCheckpointLeadsToTheSameEnd_AndIsOfItsRatesAlone()
    {
        double[] rates = [0, 0, 1, 0.1, 1, 0, 1, 1, 0, 3];
        KeptStates kept = new();
        float[] expected = Train(rates, kept);
        Assert.IsGreaterThan(4, kept.All.Count);
        foreach ((_, byte[] state) in kept.All)
        {
            AssertSameBits(expected, Train(rates, new KeptStates(state, (_, _) => false)));
        }

        rates[3] = 0;
        string message = Assert.ThrowsExactly<FormatException>(() => Train(rates, new KeptStates(kept.All[1].State))).Message;
        Assert.AreEqual("its factor of the learning rate of layer 4 (0 where it is frozen) is 0.1, that of this run 0", message);

        float[] Train(double[] rates, ICheckpointStore checkpoints)
        {
            using SimdBackend backend = new(1);
            using Network<float> network = Create(backend, s_everyKind, rates, 8);
            new TrainingLoop<float>(network, Options with { AverageDecay = 0.8, ValidationFraction = 0.2, EarlyStopping = new EarlyStopping() }).Run(Images(), checkpoints: checkpoints);
            return Weights(network);
        }
    }

    /// <summary>Frozen batch normalization looks at no other rows.</summary>
    [TestMethod]
    public void BatchNormalizationThatIsFrozen_TakesSingleRows()
    {
        NetworkDefinition definition = new(new TensorShape(6), [new Dense(7, new Tanh()), new BatchNormalization(), new Dense(3)]);
        Assert.AreEqual(2, definition.SmallestBatch);
        using SimdBackend backend = new(1);
        using Network<float> frozen = Create(backend, definition, [1, 0, 1], 1);
        Assert.AreEqual(1, frozen.SmallestBatch);
        TrainingOptions options = Options with { BatchSize = 1 };
        Assert.AreEqual(0, new TrainingLoop<float>(frozen, options).Run(ClusterData(7, 6, 1)).RowsLeftOut);
        using Network<float> trained = Create(backend, definition, [0, 1, 1], 1);
        Assert.Contains("Layer 2 of 3 (batch-normalization)", Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>(trained, options)).Message);
    }

    [TestMethod]
    public void WrongRatesAreRefused()
    {
        NetworkDefinition definition = new(new TensorShape(6), [new Dense(7, new Tanh()), new Dropout(), new Dense(3)]);
        using SimdBackend backend = new(1);
        Assert.Contains("2 factors of the learning rate for the 3 layers", Refused([1, 1]));
        Assert.Contains("of layer 2 is -1", Refused([1, -1, 1]));
        Assert.Contains("of layer 3 is NaN", Refused([1, 1, double.NaN]));
        using Network<float> all = Create(backend, definition, [0, 1, 0], 8);
        Assert.Contains("nothing to train", Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>(all, Options)).Message);
        using SimdBackend other = new(1);
        using Network<float> first = Create(backend, definition, [0, 1, 1], 8);
        using Network<float> second = Create(other, definition, [0, 1, 0.5], 8);
        Assert.Contains("other rates of the layers", Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([first, second], Options)).Message);

        string Refused(double[] rates) => Assert.ThrowsExactly<ArgumentException>(() => Create(backend, definition, rates, 8)).Message;
    }

    private static TrainingOptions Options => new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam { LearningRate = 0.01 }, NumberOfEpochs = 2, BatchSize = 8, Seed = 3 };

    private static TrainingData Images() => ClusterData(Rows, s_image.Size, 4);

    private static double[] Rates(NetworkDefinition definition, int[] frozen) => [.. Enumerable.Range(0, definition.Layers.Count).Select(layer => frozen.Contains(layer) ? 0.0 : 1)];

    private static Network<T> Create<T>(IBackend<T> backend, NetworkDefinition definition, double[]? rates, int rows, bool inputGradient = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Network<T> network = new(definition, backend, rows, training: true, inputGradient, layerRates: rates);
        network.Load(Start(definition));
        return network;
    }

    /// <summary>Initial weights with statistics that are some, and a weight of −0.</summary>
    private static NetworkWeights Start(NetworkDefinition definition)
    {
        NetworkWeights weights = NetworkWeights.Initialize(definition, 1);
        RandomSource random = new(9);
        foreach (ParameterSlot slot in definition.Parameters.Where(slot => slot.Spec.IsStatistic))
        {
            foreach (ref float value in weights[slot])
            {
                value = 0.3f + (float)random.NextDouble();
            }
        }

        foreach (ParameterSlot slot in definition.Parameters.Where(slot => slot.Spec.Trainable))
        {
            weights[slot][0] = -0f;
        }

        return weights;
    }

    private static void AssertFrozen(int[] frozen, TrainingOptions options, int replicas)
    {
        float[] after;
        double[] rates = Rates(s_everyKind, frozen);
        if (replicas > 0)
        {
            after = TrainTogether(s_everyKind, rates, options, replicas);
        }
        else
        {
            using SimdBackend backend = new(1);
            using Network<float> network = Create(backend, s_everyKind, rates, 8);
            new TrainingLoop<float>(network, options).Run(Images());
            after = Weights(network);
        }

        float[] start = Start(s_everyKind).Values;
        foreach (ParameterSlot slot in s_everyKind.Parameters)
        {
            Range range = slot.Offset..(slot.Offset + slot.Length);
            if (frozen.Contains(slot.Layer))
            {
                AssertSameBits(start[range], after[range]);
            }
            else
            {
                Assert.IsFalse(start[range].SequenceEqual(after[range]), $"{slot.Spec.Name} of layer {slot.Layer + 1} has not been trained");
            }
        }
    }

    private static float[] TrainTogether(NetworkDefinition definition, double[] rates, TrainingOptions options, int replicas)
    {
        SimdBackend[] backends = [.. Enumerable.Range(0, replicas).Select(_ => new SimdBackend(1))];
        Network<float>[] networks = [.. backends.Select(backend => Create(backend, definition, rates, options.ShardRows(8, definition)))];
        try
        {
            new TrainingLoop<float>(networks, options).Run(Images());
            return Weights(networks[0]);
        }
        finally
        {
            Array.ForEach(networks, network => network.Dispose());
            Array.ForEach(backends, backend => backend.Dispose());
        }
    }

    private static double[] Values(IBackend<double> backend, Tensor<double> tensor)
    {
        double[] values = new double[tensor.Length];
        backend.Read(tensor, values);
        return values;
    }

    private static double[] Random(int count, ulong seed)
    {
        RandomSource random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }

    /// <summary>Hands on what it gets, and tells how it was run.</summary>
    private sealed record Probe(string Which) : Layer
    {
        private readonly int[] _counts = new int[3];

        public override string Name => "probe";

        public bool Ran => _counts[0] > 0;

        public bool Trained => _counts[1] > 0;

        public int WentBack => _counts[2];

        public override TensorShape OutputShape(TensorShape input) => input;

        public override void Forward<T>(LayerPass<T> pass)
        {
            _counts[0]++;
            _counts[1] += pass.Training ? 1 : 0;
            pass.Backend.Copy(pass.Input, pass.Output);
        }

        public override void Backward<T>(LayerPass<T> pass)
        {
            _counts[2]++;
            pass.Backend.Copy(pass.OutputGradient, pass.InputGradient);
        }
    }
}
