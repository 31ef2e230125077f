using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The contract: the same bits for any number of replicas, and up to rounding what a network learns alone.</summary>
[TestClass]
public class ShardedTrainingTests
{
    private const int Width = 21;

    /// <summary>A last batch of 5 rows, which has fewer shards than the others.</summary>
    private const int Rows = 197;

    private static readonly NetworkDefinition s_definition = new(
        new TensorShape(Width), [new Dense(33, new ReLU()), new Dropout(0.3), new Dense(18, new Tanh()), new Dense(3)]);

    private static readonly NetworkDefinition s_batchNormalization = new(
        new TensorShape(Width), [new Normalization(), new Dense(14), new BatchNormalization(), new ActivationLayer(new ReLU()), new Normalization(), new Dense(9), new BatchNormalization(), new Dense(3)]);

    private static readonly NetworkDefinition s_convolutions = new(
        new TensorShape(1, 3, 7), [new Convolution2D(4, 2, activation: new ReLU()), new BatchNormalization(), new SpatialDropout(0.2), new Flatten(), new Dense(3)]);

    private static TrainingOptions Options => new()
    {
        Loss = new SoftmaxCrossEntropy(),
        Optimizer = new Adam { LearningRate = 0.003 },
        NumberOfEpochs = 2,
        BatchSize = 32,
        Seed = 3,
    };

    private static IEnumerable<object[]> Cases =>
    [
        ["plain", s_definition, Options],
        ["momentum", s_definition, Options with { Optimizer = new Sgd { Momentum = 0.9, LearningRate = 0.02 } }],
        ["clip norm", s_definition, Options with { ClipNorm = 0.3, ClipValue = 0.2, L2Regularization = 1e-3, MaxNorm = 2 }],
        ["accumulation", s_definition, Options with { AccumulationSteps = 3, AverageDecay = 0.8 }],
        ["sum", s_definition, Options with { Loss = new SoftmaxCrossEntropy { Reduction = Reduction.Sum }, LearningRate = 1e-4 }],
        ["early stopping", s_definition, Options with { ValidationFraction = 0.2, EarlyStopping = new EarlyStopping { Patience = 1 }, NumberOfEpochs = 4, Schedule = new ReduceOnPlateau { Patience = 0 } }],
        ["five shards", s_definition, Options with { Shards = 5 }],
        ["one row a batch", s_definition, Options with { BatchSize = 1, NumberOfEpochs = 1 }],
        ["batch normalization", s_batchNormalization, Options with { ClipNorm = 1 }],
        ["convolutions", s_convolutions, Options],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Replicas_DoNotChangeABit(string name, NetworkDefinition definition, TrainingOptions options)
    {
        (float[] one, TrainingResult first) = Train(1, definition, options, Data(weighted: name != "plain"));
        Assert.IsTrue(Array.TrueForAll(one, float.IsFinite));
        for (int replicas = 2; replicas <= 4; replicas++)
        {
            (float[] several, TrainingResult result) = Train(replicas, definition, options, Data(weighted: name != "plain"));
            AssertSameBits(one, several);
            AssertSame(first, result);
        }
    }

    [TestMethod]
    public void LargeNetworks_AreSummedByAllThreads()
    {
        NetworkDefinition definition = new(new TensorShape(Width), [new Dense(1100, new Tanh()), new Dense(37, new Tanh()), new Dense(3)]);
        TrainingOptions options = Options with { NumberOfEpochs = 1, BatchSize = 64 };
        float[] one = Train(1, definition, options, Data()).Weights;
        AssertSameBits(one, Train(3, definition, options, Data()).Weights);
        AssertSameBits(one, Train(4, definition, options, Data()).Weights);
    }

    [TestMethod]
    public void SparseRows_DoNotChangeABit()
    {
        TrainingData data = SparseData();
        Assert.IsTrue(data.IsSparse);
        NetworkDefinition definition = new(new TensorShape(data.Features.Width), [new Dense(33, new ReLU()), new Dense(3)]);
        (float[] one, TrainingResult first) = Train(1, definition, Options, data);
        (float[] three, TrainingResult result) = Train(3, definition, Options, data);
        AssertSameBits(one, three);
        AssertSame(first, result);
    }

    /// <summary>Shards only change the order of sums, where no layer looks at a whole batch and nothing is drawn.</summary>
    [TestMethod]
    public void Shards_LearnWhatABatchLearns()
    {
        NetworkDefinition definition = new(new TensorShape(Width), [new Dense(33, new Tanh()), new Dense(3)]);
        TrainingOptions options = Options with { Optimizer = new Sgd { LearningRate = 0.05 }, ClipNorm = 0.7, AccumulationSteps = 2 };
        using ReferenceBackend<double> backend = new();
        double[] expected = Alone(backend);
        double[] sharded = Sharded(backend);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], sharded[i], 1e-12);
        }

        double[] Alone(ReferenceBackend<double> own)
        {
            using Network<double> network = Trainable(own, definition, 32);
            new TrainingLoop<double>(network, options).Run(Data(weighted: true));
            return Weights(network);
        }

        double[] Sharded(ReferenceBackend<double> own)
        {
            using Network<double> network = Trainable(own, definition, 4);
            new TrainingLoop<double>([network], options).Run(Data(weighted: true));
            return Weights(network);
        }
    }

    /// <summary>The running statistics go on from the mean over the shards: with rows that are all alike that of the batch.</summary>
    [TestMethod]
    public void RunningStatistics_AreTheMeanOverTheShards()
    {
        NetworkDefinition definition = new(new TensorShape(1), [new BatchNormalization(Momentum: 0.5), new Dense(1)]);
        float[] x = [1, 3, 5, 7, 9, 11];
        using SimdBackend backend = new(1);
        using SimdBackend other = new(1);
        using Network<float> network = Trainable(backend, definition, 6);
        using Network<float> replica = Trainable(other, definition, 6);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 1e-3 }, BatchSize = 6, NumberOfEpochs = 1, Shuffle = false, Shards = 3 };
        new TrainingLoop<float>([network, replica], options).Run(Points(x, x));
        NetworkWeights weights = network.Save();

        // Shards (1, 3), (5, 7), (9, 11): means 2, 6, 10, each with the unbiased variance 2; half of each beside half of the start, 0 and 1.
        Assert.AreEqual(3, weights[0, "runningMean"][0], 1e-6);
        Assert.AreEqual(1.5, weights[0, "runningVariance"][0], 1e-6);
    }

    [TestMethod]
    public void Divergence_IsTheSameForAnyNumber()
    {
        string[] messages = [.. Enumerable.Range(1, 4).Select(replicas => Assert.ThrowsExactly<DivergenceException>(() =>
            Train(replicas, s_definition, Options with { Optimizer = new Sgd { LearningRate = 1e30 }, NumberOfEpochs = 5 }, Data())).Message)];
        Assert.HasCount(1, messages.Distinct());
    }

    [TestMethod]
    public void TheFirstShardsError_Wins_AndNothingHangs()
    {
        for (int replicas = 1; replicas <= 4; replicas++)
        {
            TrainingData data = new(new FailingRows(Width, Rows), new ClassRows([.. Enumerable.Range(0, Rows).Select(i => i % 3)], 3));
            InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Train(replicas, s_definition, Options with { Shuffle = false }, data));
            Assert.AreEqual("row 9", error.Message);
        }
    }

    [TestMethod]
    public void Cancellation_EndsAll()
    {
        using CancellationTokenSource source = new();
        TrainingOptions options = Options with { CancellationToken = source.Token, OnBatch = batch => source.Cancel() };
        Assert.ThrowsExactly<OperationCanceledException>(() => Train(3, s_definition, options, Data()));

        using CancellationTokenSource second = new();
        options = Options with { CancellationToken = second.Token, CancellationBehavior = CancellationBehavior.ReturnBest, NumberOfEpochs = 9, OnEpoch = _ => second.Cancel() };
        TrainingResult result = Train(3, s_definition, options, Data()).Result;
        Assert.AreEqual(StopReason.Cancelled, result.StopReason);
        Assert.AreEqual(1, result.Epochs);
    }

    [TestMethod]
    public void WrongReplicas_AreRefused()
    {
        using SimdBackend backend = new(1);
        using SimdBackend other = new(1);
        using Network<float> network = Trainable(backend, s_definition, 32);
        using Network<float> sameBackend = Trainable(backend, s_definition, 32);
        using Network<float> otherLayers = Trainable(other, Line(), 32);
        using Network<float> untrained = new(s_definition, other, 32, training: false);
        using Network<float> small = Trainable(other, s_definition, 3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([network, sameBackend], Options)).Message, "back end of its own");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([network, otherLayers], Options)).Message, "same layers");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([network, untrained], Options)).Message, "prediction only");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([network, small], Options with { Shards = 1 })).Message, "Set Shards to at least 2");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([], Options)).Message, "no network");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>([network, small], Options).Run(Data())).Message, "A shard of 4 rows does not fit");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingLoop<float>([network], Options with { Shards = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingLoop<float>([network], Options with { Shards = 1025 }));
    }

    private static TrainingData Data(bool weighted = false)
    {
        (float[] features, int[] labels) = Clusters(Rows, Width, 3);
        return new TrainingData(new DenseRows(features, Width), new ClassRows(labels, 3), weighted ? [.. Enumerable.Range(0, Rows).Select(i => (i % 5) * 0.37f)] : null);
    }

    /// <summary>Rows of which few values are not 0.</summary>
    private static TrainingData SparseData()
    {
        const int Columns = 90;
        (float[] features, int[] labels) = Clusters(Rows, Columns, 3);
        SparseRowsBuilder sparse = new(Columns);
        for (int i = 0; i < Rows; i++)
        {
            Span<float> row = features.AsSpan(i * Columns, Columns);
            foreach (ref float value in row)
            {
                value = Math.Abs(value) < 2.3f ? 0 : value;
            }

            sparse.Add(row);
        }

        return new TrainingData(sparse.Build(), new ClassRows(labels, 3));
    }

    private static (float[] Weights, TrainingResult Result) Train(int replicas, NetworkDefinition definition, TrainingOptions options, TrainingData data)
    {
        SimdBackend[] backends = [.. Enumerable.Range(0, replicas).Select(_ => new SimdBackend(1))];

        // The first one's weights are everyone's.
        Network<float>[] networks = [.. backends.Select((backend, i) => Trainable(backend, definition, options.ShardRows(options.BatchSize!.Value, definition), seed: 1 + (ulong)i))];
        try
        {
            TrainingResult result = new TrainingLoop<float>(networks, options).Run(data);
            return (Weights(networks[0]), result);
        }
        finally
        {
            Array.ForEach(networks, network => network.Dispose());
            Array.ForEach(backends, backend => backend.Dispose());
        }
    }

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.AreEqual(expected.StopReason, actual.StopReason);
        Assert.AreEqual(expected.Epochs, actual.Epochs);
        for (int i = 0; i < expected.Epochs; i++)
        {
            Assert.AreEqual(expected.History.Epochs[i] with { Seconds = 0 }, actual.History.Epochs[i] with { Seconds = 0 });
        }
    }

    /// <summary>Rows of which those from number 9 on can't be read by a batch.</summary>
    private sealed class FailingRows(int width, int count) : IRowSource<float>
    {
        public int Count => count;

        public int Width => width;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            foreach (int row in rows)
            {
                if (row >= 9)
                {
                    throw new InvalidOperationException($"row {row}");
                }
            }

            destination.Clear();
        }
    }
}
