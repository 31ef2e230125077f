using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Batch normalization of one number a channel has no variance: such batches are refused, or left out at an epoch's end.</summary>
[TestClass]
public sealed class TrainingSmallestBatchTests
{
    private const int Width = 4;

    private static readonly Layer[] Flat = [new Dense(6), new BatchNormalization(), new ActivationLayer(new ReLU()), new Dense(3)];

    public static IEnumerable<object[]> OneNumberAChannel =>
    [
        [new TensorShape(Width), Flat, "Layer 2 of 4 (batch-normalization), with input [6]"],
        [new TensorShape(4, 1, 1), new Layer[] { new BatchNormalization(), new Flatten(), new Dense(3) }, "Layer 1 of 3 (batch-normalization), with input [4, 1, 1]"],
        [new TensorShape(1, 2, 2), new Layer[] { new MaxPooling2D(2), new Residual([new Convolution2D(1, 1), new BatchNormalization()]), new Flatten(), new Dense(3) }, "Layer 2 of 4 (residual)"],
        [new TensorShape(1, 2, 2), new Layer[] { new Residual([new Convolution2D(2, 2)], [new Convolution2D(2, 2), new BatchNormalization()]), new Flatten(), new Dense(3) }, "Layer 1 of 3 (residual)"],
    ];

    [TestMethod]
    [DynamicData(nameof(OneNumberAChannel))]
    public void BatchesOfOneRowAreRefused(TensorShape input, Layer[] layers, string named)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, new NetworkDefinition(input, layers), 8);
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>(network, Options(batchSize: 1)));
        StringAssert.StartsWith(e.Message, named);
        StringAssert.Contains(e.Message, "Set BatchSize to at least 2");
        Assert.ThrowsExactly<ArgumentException>(() => new LearningRateFinder().Run(network, Options(batchSize: 1), Rows(8)));
        Assert.ThrowsExactly<ArgumentException>(() => network.Forward(network.Input, 1, training: true));

        // Validation and prediction take the running statistics, of a single row too.
        new TrainingLoop<float>(network, Options(batchSize: 4)).Run(Rows(8), Rows(1));
        using Predictor predictor = new(network.Save());
        predictor.Predict(new float[Width], 1, new float[3]);
    }

    [TestMethod]
    public void ImagesAndOtherLayersTakeBatchesOfOneRow()
    {
        foreach ((TensorShape input, Layer layer) in new (TensorShape, Layer)[] { (new TensorShape(2, 2, 1), new BatchNormalization()), (new TensorShape(Width), new LayerNormalization()) })
        {
            using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
            using Network<float> network = Trainable(backend, new NetworkDefinition(input, [layer, new Flatten(), new Dense(3)]), 1);
            new TrainingLoop<float>(network, Options(batchSize: 1)).Run(Rows(5));
        }
    }

    [TestMethod]
    public void ASingleTrainingRowIsRefused()
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(Width), Flat), 8);
        TrainingLoop<float> loop = new(network, Options(batchSize: 8));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => loop.Run(Rows(1))).Message, "The training data has one row");
        TrainingLoop<float> split = new(network, Options(batchSize: 8) with { ValidationFraction = 0.5 });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => split.Run(Points(2))).Message, "The training data has one row");

        static TrainingData Points(int rows) => new(new DenseRows(new float[rows * Width], Width), new DenseRows(new float[rows * 3], 3));
    }

    /// <summary>Nine rows in batches of four, and three in batches of two: the last batch would be of one row.</summary>
    [TestMethod]
    [DataRow(9, 4, 2)]
    [DataRow(3, 2, 1)]
    public void ALastBatchOfOneRowIsLeftOutEachTimeAnotherOne(int rows, int batchSize, int batches)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Reference);
        using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(Width), Flat), batchSize);
        RecordingRows features = new(rows);
        List<int> counts = [];
        List<int[]> epochs = [];
        TrainingOptions options = Options(batchSize) with
        {
            NumberOfEpochs = 40,
            OnBatch = batch => counts.Add(batch.Batches),
            OnEpoch = _ =>
            {
                epochs.Add([.. features.Seen]);
                features.Seen.Clear();
            },
        };
        TrainingResult result = new TrainingLoop<float>(network, options).Run(new TrainingData(features, Rows(rows).Targets));
        Assert.AreEqual(1, result.RowsLeftOut);
        Assert.HasCount(40 * batches, counts);
        Assert.IsTrue(counts.TrueForAll(count => count == batches));
        Assert.IsTrue(epochs.TrueForAll(seen => seen.Length == rows - 1 && seen.Distinct().Count() == rows - 1));
        Assert.HasCount(rows, epochs.SelectMany(seen => seen).Distinct());
    }

    /// <summary>The row that is left out leaves no trace, in the update's mean neither.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void WhatIsLeftOutChangesNothing(int accumulationSteps)
    {
        float[] Train(int rows)
        {
            using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
            using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(Width), Flat), 4);
            new TrainingLoop<float>(network, Options(batchSize: 4) with { AccumulationSteps = accumulationSteps, Shuffle = false, Schedule = new CosineAnnealing() }).Run(Rows(rows));
            return Weights(network);
        }

        AssertSameBits(Train(16), Train(17));
        CollectionAssert.AreNotEqual(Train(16), Train(18));
    }

    [TestMethod]
    public void OtherNetworksTakeALastBatchOfOneRow()
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(Width), [new Dense(3)]), 4);
        int batches = 0;
        TrainingResult result = new TrainingLoop<float>(network, Options(batchSize: 4) with { OnBatch = batch => batches = batch.Batches }).Run(Rows(9));
        Assert.AreEqual(3, batches);
        Assert.AreEqual(0, result.RowsLeftOut);
    }

    /// <summary>Its updates are counted without the batches that are left out.</summary>
    [TestMethod]
    public void TheLearningRateFinderMakesAllItsUpdates()
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(Width), Flat), 4);
        LearningRateCurve curve = new LearningRateFinder { Updates = 20, Highest = 1e-4 }.Run(network, Options(batchSize: 4), Rows(9));
        Assert.HasCount(20, curve.Points);
    }

    /// <summary>Layers and losses that give the same for any one number: nothing could be learned before them.</summary>
    [TestMethod]
    public void OneNumberIsRefusedWhereItsResultNeverChanges()
    {
        foreach (Layer layer in new Layer[] { new LayerNormalization(), new SoftmaxLayer() })
        {
            ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(Width), [new Dense(1), layer, new Dense(3)]));
            StringAssert.StartsWith(e.Message, $"Layer 2 of 3 ({layer.Name})");
            StringAssert.Contains(e.Message, "one number");
        }

        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(Width), [new Dense(1)]), 4);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop<float>(network, Options(batchSize: 4))).Message, "at least 2 outputs");
    }

    private static TrainingOptions Options(int batchSize) => new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 2, BatchSize = batchSize };

    private static TrainingData Rows(int count) => ClusterData(count, Width, 1);

    private sealed class RecordingRows(int count) : IRowSource<float>
    {
        private readonly IRowSource<float> _rows = Rows(count).Features;

        public List<int> Seen { get; } = [];

        public int Count => count;

        public int Width => _rows.Width;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            Seen.AddRange(rows);
            _rows.Read(rows, destination);
        }
    }
}
