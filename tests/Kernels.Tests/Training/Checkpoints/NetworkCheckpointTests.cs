using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A run that goes on from a kept state ends with the bits of one that was never broken off.</summary>
[TestClass]
public class NetworkCheckpointTests
{
    private const int Rows = 52;
    private const int Width = 6;
    private const int Epochs = 4;

    /// <summary>Every optimizer, with the schedules in turn, so that each meets several; and the other parts of the state in turn.</summary>
    public static IEnumerable<object[]> Cases()
    {
        int number = 0;
        foreach (object[] optimizer in Families.OptimizerCases)
        {
            foreach (LearningRateSchedule schedule in new[] { Schedules.All[number % Schedules.All.Count], new ReduceOnPlateau { Patience = 0, Factor = 0.5, Threshold = 0.5 } })
            {
                yield return [optimizer[0], schedule, number++];
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EveryStateLeadsToTheSameEnd(Optimizer optimizer, LearningRateSchedule schedule, int number)
    {
        TrainingOptions options = Options(optimizer, schedule) with
        {
            AverageDecay = number % 3 == 0 ? 0.9 : 0,
            EarlyStopping = (number % 4) switch { 0 => new EarlyStopping { Patience = 1, MinDelta = 1 }, 1 => new EarlyStopping(), _ => null },
            AccumulationSteps = number % 5 == 0 ? 3 : 1,
            ClipNorm = number % 2 == 0 ? 0.5 : null,
            L1Regularization = number % 7 == 0 ? 1e-3 : 0,
            MaxNorm = number % 6 == 0 ? 0.8 : null,
            ValidationFraction = number % 2 == 1 ? 0.2 : 0,
        };
        Check(options, ClusterData(Rows, Width, 1), Layers(number), number);
    }

    /// <summary>Batches of sparse rows, whose first layer's steps are put off.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainingSparseTests.EveryOptimizer), typeof(TrainingSparseTests))]
    public void EveryStateOfSparseRowsLeadsToTheSameEnd(Optimizer optimizer)
    {
        SparseRowsBuilder builder = new(240);
        RandomSource random = new(5);
        int[] labels = new int[Rows];
        for (int i = 0; i < Rows; i++)
        {
            labels[i] = i % 3;
            builder.Add([labels[i], 3 + random.NextInt32(100), 103 + random.NextInt32(137)], [1, 1, (float)random.NextDouble()]);
        }

        TrainingData data = new(builder.Build(), new ClassRows(labels, 3));
        Assert.IsTrue(data.IsSparse);
        Check(Options(optimizer, new CosineAnnealing()) with { ValidationFraction = 0.1 }, data, [new Dense(5, new Tanh()), new Dense(3)], 1);
    }

    [TestMethod]
    public void AStateOfOneReplicaLeadsAnyNumberToTheSameEnd()
    {
        TrainingOptions options = Options(new Adam(), new ReduceOnPlateau { Patience = 0 }) with { Shards = 4, AverageDecay = 0.8, AccumulationSteps = 2, ClipNorm = 1 };
        TrainingData data = ClusterData(Rows, Width, 1);
        KeptStates kept = new();
        (float[] expected, TrainingResult result) = Train(1, kept);
        for (int i = 0; i < kept.All.Count; i++)
        {
            (float[] weights, TrainingResult resumed) = Train(1 + (i % 3), new KeptStates(kept.All[i].State, (_, _) => false));
            AssertSame(expected, result, weights, resumed);
        }

        (float[], TrainingResult) Train(int replicas, ICheckpointStore checkpoints)
        {
            NetworkDefinition definition = new(new TensorShape(Width), Layers(0));
            List<Network<float>> networks = [.. Enumerable.Range(0, replicas).Select(_ => Trainable(Backend.Create(BackendKind.Simd, 1), definition, 8))];
            try
            {
                TrainingResult end = new TrainingLoop<float>(networks, options).Run(data, checkpoints: checkpoints);
                return (Weights(networks[0]), end);
            }
            finally
            {
                networks.ForEach(network => network.Dispose());
                networks.ForEach(network => network.Backend.Dispose());
            }
        }
    }

    /// <summary>Cancelled after every batch of training and validation but the last, and after every epoch but the last; then it goes on.</summary>
    [TestMethod]
    [DataRow(CancellationBehavior.Throw)]
    [DataRow(CancellationBehavior.ReturnBest)]
    public void ACancelledRunGoesOn(CancellationBehavior behavior)
    {
        TrainingOptions options = Options(new AdamW(), new OneCycle()) with { AverageDecay = 0.9, ValidationFraction = 0.3, AccumulationSteps = 2, EarlyStopping = new EarlyStopping(), CancellationBehavior = behavior };
        TrainingData data = ClusterData(Rows, Width, 1);
        int callbacks = 0;
        (float[] expected, TrainingResult result) = Train(options with { OnBatch = _ => callbacks++, OnEpoch = _ => callbacks++ }, data, Layers(0), null);
        Assert.IsGreaterThan(20, callbacks);
        for (int at = 1; at < callbacks - 1; at++)
        {
            int count = 0;
            using CancellationTokenSource source = new();
            void Count()
            {
                if (++count == at)
                {
                    source.Cancel();
                }
            }

            KeptStates kept = new(isDue: (moment, _) => moment == CheckpointMoment.Cancelled);
            TrainingOptions cancelled = options with { OnBatch = _ => Count(), OnEpoch = _ => Count(), CancellationToken = source.Token };
            if (behavior == CancellationBehavior.Throw)
            {
                Assert.ThrowsExactly<OperationCanceledException>(() => Train(cancelled, data, Layers(0), kept));
            }
            else
            {
                Assert.AreEqual(StopReason.Cancelled, Train(cancelled, data, Layers(0), kept).Result.StopReason);
            }

            Assert.HasCount(1, kept.All, $"cancelled in callback {at}");
            (float[] weights, TrainingResult resumed) = Train(options, data, Layers(0), new KeptStates(kept.All[0].State));
            AssertSame(expected, result, weights, resumed);
        }
    }

    /// <summary>Changed bytes, a piece that is missing, a state of another run: a sentence, and nothing else.</summary>
    [TestMethod]
    public void DamagedStatesAreRefusedInWords()
    {
        TrainingOptions options = Options(new Adam(), new CosineAnnealing()) with { EarlyStopping = new EarlyStopping() };
        TrainingData data = ClusterData(Rows, Width, 1);
        KeptStates kept = new();
        Train(options, data, Layers(0), kept);
        byte[] state = kept.All[3].State;
        for (int length = 0; length < state.Length; length += 1 + (length / 10))
        {
            Refuse(options, state[..length]);
        }

        Refuse(options, [.. state, 0]);
        Refuse(options with { Optimizer = new Sgd() }, state);
        Refuse(options with { BatchSize = 9 }, state);
        Refuse(options with { NumberOfEpochs = 1 }, kept.All[^1].State);
        StringAssert.Contains(Refuse(options with { AverageDecay = 0.9 }, state), "means of the weights");
        RandomSource random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. state];
            changed[random.NextInt32(i < 200 ? 400 : state.Length)] ^= (byte)(1 << random.NextInt32(8));
            try
            {
                Train(options, data, Layers(0), new KeptStates(changed));
            }
            catch (Exception exception) when (exception is FormatException or DivergenceException)
            {
                Assert.AreNotEqual("", exception.Message);
            }
        }

        string Refuse(TrainingOptions other, byte[] bytes) => Assert.ThrowsExactly<FormatException>(() => Train(other, data, Layers(0), new KeptStates(bytes))).Message;
    }

    private static Layer[] Layers(int number) => (number % 3) switch
    {
        0 => [new Dense(8, new ReLU()), new BatchNormalization(), new Dropout(0.3), new Dense(3)],
        1 => [new Dense(8, new Tanh()), new LayerNormalization(), new Dropout(0.2), new Dense(3)],
        _ => [new Ensemble([new Dense(6, new SiLU()), new Dropout(0.2), new Dense(3)], 2)],
    };

    private static TrainingOptions Options(Optimizer optimizer, LearningRateSchedule schedule) => new()
    {
        Loss = new SoftmaxCrossEntropy(), Optimizer = optimizer, Schedule = schedule, NumberOfEpochs = Epochs, BatchSize = 8, Seed = 7,
    };

    private static void Check(TrainingOptions options, TrainingData data, Layer[] layers, int seed)
    {
        (float[] expected, TrainingResult result) = Train(options, data, layers, null);
        KeptStates kept = new();
        (float[] weights, TrainingResult same) = Train(options, data, layers, kept);
        AssertSame(expected, result, weights, same);
        Assert.AreEqual(CheckpointMoment.End, kept.All[^1].Moment);

        // The ends of all epochs, and some states between.
        RandomSource random = new((ulong)seed);
        foreach ((CheckpointMoment moment, byte[] state) in kept.All)
        {
            if (moment != CheckpointMoment.Update || random.NextInt32(4) == 0)
            {
                (weights, TrainingResult resumed) = Train(options, data, layers, new KeptStates(state));
                AssertSame(expected, result, weights, resumed);
            }
        }
    }

    private static (float[] Weights, TrainingResult Result) Train(TrainingOptions options, TrainingData data, Layer[] layers, ICheckpointStore? checkpoints)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);

        // Another start than the first run's, where there is a state to go on from: it must not matter.
        using Network<float> network = Trainable(backend, new(data.Features.Width == Width ? new TensorShape(Width) : new TensorShape(240), layers), options.BatchRows, checkpoints?.Open() is null ? 1 : 99UL);
        TrainingResult result = new TrainingLoop<float>(network, options).Run(data, checkpoints: checkpoints);
        return (Weights(network), result);
    }

    private static void AssertSame(float[] weights, TrainingResult result, float[] otherWeights, TrainingResult other)
    {
        AssertSameBits(weights, otherWeights);
        Assert.AreEqual(result.StopReason, other.StopReason);
        Assert.AreEqual(result.BestEpoch, other.BestEpoch);
        Assert.AreEqual(result.RestoredBest, other.RestoredBest);
        Assert.AreEqual(result.Baseline, other.Baseline);
        CollectionAssert.AreEqual(result.History.Epochs.Select(WithoutSeconds).ToArray(), other.History.Epochs.Select(WithoutSeconds).ToArray());
    }

    private static EpochRecord WithoutSeconds(EpochRecord record) => record with { Seconds = 0 };
}
