using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Training on sparse rows against training on the same rows stored dense.</summary>
[TestClass]
public class TrainingSparseTests
{
    private const int Width = 240;
    private const int Rows = 90;

    public static IEnumerable<object[]> EveryOptimizer() =>
        Optimizers.All.Concat(
        [
            new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true }, new RMSprop { Momentum = 0.8 }, new RMSprop { Centered = true }, new RMSprop { Centered = true, Momentum = 0.8 },
            new Adam { Beta2 = 0.5 }, new Adam { WeightDecay = 0.01 }, new Adagrad { InitialAccumulator = 0.1 }, new UnknownOptimizer(),
        ]).Select(optimizer => new object[] { optimizer });

    /// <summary>Steps that are taken late give the same bits as steps that are taken at once; a state that shrinks by a power of its factor differs by rounding.</summary>
    [TestMethod]
    [DynamicData(nameof(EveryOptimizer))]
    public void EveryOptimizerTrainsAsOnDenseRows(Optimizer optimizer)
    {
        TrainingOptions options = Options(optimizer);
        Assert.IsNotNull(RowSources.Sparse(SparseData().Features), "these rows count as sparse");
        (float[] sparse, TrainingResult sparseResult) = Train(SparseData(), options);
        (float[] dense, TrainingResult denseResult) = Train(DenseData(), options);
        if (optimizer.WithoutGradient().Limit >= Steps(options) || optimizer.WithoutGradient() == new IdleSteps(0))
        {
            AssertSameBits(dense, sparse);
        }
        else
        {
            TestTensors.AreClose(Array.ConvertAll(dense, w => (double)w), Array.ConvertAll(sparse, w => (double)w), 1e-5);
        }

        for (int i = 0; i < options.NumberOfEpochs; i++)
        {
            Assert.AreEqual(denseResult.History.Epochs[i].TrainingLoss, sparseResult.History.Epochs[i].TrainingLoss, 1e-5);
        }

        Assert.IsLessThan(denseResult.History.Epochs[0].TrainingLoss, denseResult.History.Epochs[^1].TrainingLoss, "it learned something");
    }

    /// <summary>The steps of the last batch are looked at, too, though no batch needs the weights afterwards.</summary>
    [TestMethod]
    public void WeightsThatTheLastStepMakesInfiniteAreTold()
    {
        TrainingOptions options = Options(new Sgd { LearningRate = 1e300 }) with { BatchSize = Rows, NumberOfEpochs = 1 };
        foreach (TrainingData data in (TrainingData[])[DenseData(), SparseData()])
        {
            StringAssert.Contains(Assert.ThrowsExactly<DivergenceException>(() => Train(data, options)).Message, "infinite or NaN");
        }
    }

    /// <summary>Clipped gradients and RMSprop magnify rounding until single numbers no longer tell whether steps that are taken late are right; double ones do.</summary>
    [TestMethod]
    public void InDoubleNumbersClippedStepsOfRMSpropAreThoseOnDenseRows()
    {
        TrainingOptions options = Options(new RMSprop()) with { ClipValue = 0.001, NumberOfEpochs = 8 };
        TestTensors.AreClose(Trained(DenseData()), Trained(SparseData()), 1e-9);

        double[] Trained(TrainingData data)
        {
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, Definition(), options.BatchRows);
            new TrainingLoop<double>(network, options).Run(data);
            return Weights(network);
        }
    }

    /// <summary>Penalties, limits, several batches an update, a mean of the weights, validation and the best epoch, a rate that changes, weights of rows: all do what they do with dense rows.</summary>
    [TestMethod]
    [DynamicData(nameof(EveryOption))]
    public void EveryOptionMeansTheSameAsWithDenseRows(string name, Func<TrainingOptions, TrainingOptions> set)
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Adam { LearningRate = 0.01 }, new Sgd { LearningRate = 0.3 }, new AdamW { LearningRate = 0.01, WeightDecay = 0.1 }])
        {
            TrainingOptions options = set(Options(optimizer));
            (float[] sparse, TrainingResult sparseResult) = Train(SparseData(), options);
            (float[] dense, TrainingResult denseResult) = Train(DenseData(), options);
            TestTensors.AreClose(Array.ConvertAll(dense, w => (double)w), Array.ConvertAll(sparse, w => (double)w), 1e-6, name);
            Assert.AreEqual(denseResult.BestEpoch, sparseResult.BestEpoch);
            Assert.AreEqual(denseResult.RestoredBest, sparseResult.RestoredBest);
            for (int i = 0; i < denseResult.Epochs; i++)
            {
                Assert.AreEqual(denseResult.History.Epochs[i].ValidationLoss, sparseResult.History.Epochs[i].ValidationLoss, 1e-6, name);
            }
        }
    }

    public static IEnumerable<object[]> EveryOption() =>
        new (string Name, Func<TrainingOptions, TrainingOptions> Set)[]
        {
            ("L1 and L2", o => o with { L1Regularization = 1e-3, L2Regularization = 1e-2 }),
            ("clipped norm", o => o with { ClipNorm = 0.1 }),
            ("clipped values", o => o with { ClipValue = 0.001 }),
            ("limited norms", o => o with { MaxNorm = 1 }),
            ("three batches an update", o => o with { AccumulationSteps = 3 }),
            ("mean of the weights", o => o with { AverageDecay = 0.9 }),
            ("best epoch of a part set aside", o => o with { ValidationFraction = 0.3, EarlyStopping = new EarlyStopping { Patience = 1 } }),
            ("cosine", o => o with { Schedule = new CosineAnnealing() }),
            ("all at once", o => o with { L1Regularization = 1e-3, L2Regularization = 1e-2, ClipNorm = 0.1, ClipValue = 0.01, MaxNorm = 2, AccumulationSteps = 2, AverageDecay = 0.9, ValidationFraction = 0.2 }),
        }.Select(option => new object[] { option.Name, option.Set });

    [TestMethod]
    public void ValidationRowsMayBeStoredInEitherWay()
    {
        TrainingOptions options = Options(new Adam { LearningRate = 0.01 }) with { EarlyStopping = new EarlyStopping { Patience = 1 } };
        (float[] expected, TrainingResult result) = Train(DenseData(), options, validation: DenseData());
        foreach ((TrainingData training, TrainingData validation) in ((TrainingData, TrainingData)[])[(SparseData(), SparseData()), (SparseData(), DenseData()), (DenseData(), SparseData())])
        {
            (float[] weights, TrainingResult other) = Train(training, options, validation: validation);
            AssertSameBits(expected, weights);
            CollectionAssert.AreEqual(result.History.Epochs.Select(e => e.ValidationLoss).ToArray(), other.History.Epochs.Select(e => e.ValidationLoss).ToArray());
        }
    }

    [TestMethod]
    public void WeightsOfRowsCountAsWithDenseRows()
    {
        float[] weights = [.. Enumerable.Range(0, Rows).Select(i => i % 4 * 0.5f)];
        TrainingOptions options = Options(new Adam());
        TrainingData sparse = SparseData();
        TrainingData dense = DenseData();
        AssertSameBits(
            Train(new TrainingData(dense.Features, dense.Targets, weights), options).Weights,
            Train(new TrainingData(sparse.Features, sparse.Targets, weights), options).Weights);
    }

    [TestMethod]
    public void ThreadsDoNotChangeABit_AndTheReferenceAgrees()
    {
        TrainingOptions options = Options(new Adam { LearningRate = 0.01 }) with { ValidationFraction = 0.2, ClipNorm = 0.5 };
        float[] one = Train(SparseData(), options, threads: 1).Weights;
        AssertSameBits(one, Train(SparseData(), options, threads: 2).Weights);
        AssertSameBits(one, Train(SparseData(), options, threads: 3).Weights);
        double[] reference = Array.ConvertAll(Train(SparseData(), options, BackendKind.Reference).Weights, w => (double)w);
        TestTensors.AreClose(reference, Array.ConvertAll(one, w => (double)w), 1e-4);
    }

    /// <summary>Whoever looks at the weights sees them with all steps taken: after an epoch, after a batch, after a cancelled run, on the way of a second run.</summary>
    [TestMethod]
    public void WeightsAreUpToDateWheneverSomeoneLooks()
    {
        AssertSameBits(Watched(DenseData()), Watched(SparseData()));

        static float[] Watched(TrainingData data)
        {
            using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
            using Network<float> network = Trainable(backend, Definition(), 8);
            using CancellationTokenSource end = new();
            List<float> seen = [];
            TrainingOptions options = Options(new Adam()) with
            {
                OnEpoch = _ => seen.AddRange(network.Save().Values),
                OnBatch = batch => seen.AddRange(batch.Batch == 3 ? Weights(network) : []),
            };
            new TrainingLoop<float>(network, options).Run(data);
            seen.AddRange(Weights(network));
            TrainingOptions cancelled = Options(new Adam()) with { CancellationToken = end.Token, OnBatch = batch => Cancel(batch, end) };
            Assert.ThrowsExactly<OperationCanceledException>(() => new TrainingLoop<float>(network, cancelled).Run(data));
            seen.AddRange(Weights(network));
            return [.. seen];
        }

        static void Cancel(BatchProgress batch, CancellationTokenSource end)
        {
            if (batch is { Epoch: 2, Batch: 5 })
            {
                end.Cancel();
            }
        }
    }

    [TestMethod]
    public void TheLearningRateFinderSeesTheSameCurve()
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, Definition(), 8);
        LearningRateFinder finder = new() { Updates = 40 };
        LearningRateCurve dense = finder.Run(network, Options(new Adam()), DenseData());
        LearningRateCurve sparse = finder.Run(network, Options(new Adam()), SparseData());
        CollectionAssert.AreEqual(dense.Points.ToArray(), sparse.Points.ToArray());
        Assert.AreEqual(dense.Suggestion, sparse.Suggestion);
    }

    /// <summary>More steps than are kept at once, and columns that rest far longer than the movement of their weights takes to end.</summary>
    [TestMethod]
    public void LongPausesEndNearDenseTraining()
    {
        const int Wide = 70;
        const int Count = 4500;
        SparseRowsBuilder builder = new(Wide);
        float[] table = new float[Count * Wide];
        for (int i = 0; i < Count; i++)
        {
            int rare = i is 0 or 700 or 4300 ? 5 : 20 + (i % 20);
            builder.Add([i % 3, rare], [1, 0.5f]);
            (table[(i * Wide) + (i % 3)], table[(i * Wide) + rare]) = (1, 0.5f);
        }

        ClassRows targets = new([.. Enumerable.Range(0, Count).Select(i => (i % 3) + (i % 7 == 0 ? 1 : 0) > 1 ? 1 : 0)], 2);
        NetworkDefinition definition = new(new TensorShape(Wide), [new Dense(4, new Tanh()), new Dense(2)]);
        TrainingOptions options = Options(new Adam()) with { NumberOfEpochs = 1, BatchSize = 1, Shuffle = false };
        float[] Trained(IRowSource<float> features)
        {
            using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
            using Network<float> network = Trainable(backend, definition, 1);
            new TrainingLoop<float>(network, options).Run(new TrainingData(features, targets));
            return Weights(network);
        }

        double[] dense = Array.ConvertAll(Trained(new DenseRows(table, Wide)), w => (double)w);
        double[] sparse = Array.ConvertAll(Trained(builder.Build()), w => (double)w);
        TestTensors.AreClose(dense, sparse, 1e-5);
    }

    /// <summary>Rows without any value give the bias alone, and move no weight of the first layer.</summary>
    [TestMethod]
    public void RowsWithoutValuesAreRows()
    {
        SparseRowsBuilder builder = new(Width);
        for (int i = 0; i < 12; i++)
        {
            builder.Add([], []);
        }

        TrainingData data = new(builder.Build(), new ClassRows([0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1], 3));
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> network = Trainable(backend, Definition(), 8);
        float[] before = network.Save()[0, "weight"].ToArray();
        TrainingResult result = new TrainingLoop<float>(network, Options(new Adam { LearningRate = 0.05 }) with { NumberOfEpochs = 20 }).Run(data);
        AssertSameBits(before, network.Save()[0, "weight"]);
        Assert.IsLessThan(0.8, result.History.Epochs[^1].TrainingLoss, "the biases have learned that two in three are of class 1");
    }

    /// <summary>A dense batch would have 4 billion numbers, more than a buffer can hold.</summary>
    [TestMethod]
    public void NothingTakesTheRoomOfADenseBatch_AndNoBatchAllocates()
    {
        const int Wide = 2_000_000;
        const int Batch = 2048;
        SparseRowsBuilder builder = new(Wide);
        for (int i = 0; i < 4 * Batch; i++)
        {
            builder.Add([i, 100_000 + (i * 7), 1_000_000 + (i * 100)], [1, 2, 3]);
        }

        TrainingData data = new(builder.Build(), new ClassRows([.. Enumerable.Range(0, 4 * Batch).Select(i => i % 2)], 2));
        NetworkDefinition definition = new(new TensorShape(Wide), [new Dense(1, new ReLU()), new Dense(2)]);
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, definition, Batch);
        long before = 0;
        long after = 0;
        TrainingOptions options = Options(new Adam()) with
        {
            NumberOfEpochs = 2,
            BatchSize = Batch,
            ClipNorm = 1,
            OnBatch = b =>
            {
                before = b is { Epoch: 2, Batch: 1 } ? GC.GetAllocatedBytesForCurrentThread() : before;
                after = b is { Epoch: 2, Batch: 4 } ? GC.GetAllocatedBytesForCurrentThread() : after;
            },
        };
        new TrainingLoop<float>(network, options).Run(data);
        Assert.AreNotEqual(0, after);
        Assert.AreEqual(0, after - before);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Input).Message, "exceeds");
    }

    private static int Steps(TrainingOptions options) => options.Epochs * ((Rows + options.BatchRows - 1) / options.BatchRows);

    private static TrainingOptions Options(Optimizer optimizer) => new()
    {
        Loss = new SoftmaxCrossEntropy(),
        Optimizer = optimizer,
        NumberOfEpochs = 4,
        BatchSize = 8,
        Seed = 3,
    };

    private static (float[] Weights, TrainingResult Result) Train(TrainingData data, TrainingOptions options, BackendKind kind = BackendKind.Simd, int threads = 2, TrainingData? validation = null)
    {
        using IBackend<float> backend = Backend.Create(kind, threads);
        using Network<float> network = Trainable(backend, Definition(), options.BatchRows);
        TrainingResult result = new TrainingLoop<float>(network, options).Run(data, validation);
        return (Weights(network), result);
    }

    private static NetworkDefinition Definition() => new(new TensorShape(Width), [new Dense(21, new Tanh()), new Dense(3)]);

    private static TrainingData SparseData()
    {
        SparseRowsBuilder rows = new(Width);
        foreach ((int[] columns, float[] values) in Values())
        {
            rows.Add(columns, values);
        }

        return new TrainingData(rows.Build(), Targets());
    }

    private static TrainingData DenseData()
    {
        float[] table = new float[Rows * Width];
        int row = 0;
        foreach ((int[] columns, float[] values) in Values())
        {
            for (int i = 0; i < columns.Length; i++)
            {
                table[(row * Width) + columns[i]] = values[i];
            }

            row++;
        }

        return new TrainingData(new DenseRows(table, Width), Targets());
    }

    private static ClassRows Targets() => new([.. Enumerable.Range(0, Rows).Select(i => i % 3)], 3);

    /// <summary>Rows with few values, some common columns and many rare ones, and one row in ten without any.</summary>
    private static IEnumerable<(int[] Columns, float[] Values)> Values()
    {
        RandomSource random = new(11);
        for (int i = 0; i < Rows; i++)
        {
            SortedSet<int> columns = [];
            for (int j = 0; i % 10 != 7 && j < 6; j++)
            {
                columns.Add(j < 2 ? (i % 3) + (3 * random.NextInt32(4)) : random.NextInt32(Width - 20));
            }

            yield return ([.. columns], [.. columns.Select(_ => (float)(0.5 + random.NextDouble()))]);
        }
    }

    /// <summary>An optimizer that does not say what its steps come to without a gradient.</summary>
    private sealed record UnknownOptimizer : Optimizer<AdamRule>
    {
        public override string Name => "unknown";

        public override double LearningRate { get; init; } = 0.01;

        protected override AdamRule CreateRule(double learningRate, long step) => AdamRule.For(learningRate, step, 0.9, 0.99, 1e-8);
    }
}
