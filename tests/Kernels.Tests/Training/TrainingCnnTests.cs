using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Training of convolutional networks: system S7, determinism, running statistics, augmentation, allocations.</summary>
[TestClass]
public sealed class TrainingCnnTests
{
    /// <summary>S7: one image of ones, target (1, 2, …, 10), RMSprop, 100 steps: the loss falls from about 38.6 to about 0.1.</summary>
    [TestMethod]
    public void SystemS7()
    {
        NetworkDefinition definition = new(
            new TensorShape(3, 32, 32),
            [
                PyTorchConvolution(32), new MaxPooling2D(2), PyTorchConvolution(32), new MaxPooling2D(2), PyTorchConvolution(64), new MaxPooling2D(2),
                new Flatten(), PyTorchDense(64), PyTorchDense(10),
            ]);
        Assert.AreEqual(145_578, definition.ParameterCount);
        float[] ones = [.. Enumerable.Repeat(1f, 3 * 32 * 32)];
        float[] target = [.. Enumerable.Range(1, 10).Select(i => (float)i)];
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> network = Trainable(backend, definition, 1);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new RMSprop { LearningRate = 1e-4 }, BatchSize = 1, NumberOfEpochs = 100 };
        TrainingResult result = new TrainingLoop<float>(network, options).Run(new TrainingData(new DenseRows(ones, ones.Length), new DenseRows(target, 10)));

        Assert.AreEqual(38.6, result.History.Epochs[0].TrainingLoss, 1);
        Assert.IsInRange(0, 0.5, result.History.Epochs[^1].TrainingLoss);
        using Predictor predictor = new(network.Save());
        float[] outputs = new float[10];
        predictor.Predict(ones, 1, outputs);
        for (int i = 0; i < 10; i++)
        {
            Assert.AreEqual(i + 1, outputs[i], 1);
        }
    }

    /// <summary>Everything for images at once: the same bits for any number of threads.</summary>
    [TestMethod]
    public void ThreadsDoNotChangeABit()
    {
        (NetworkWeights one, TrainingResult first) = Train(1);
        foreach (int threads in new[] { 2, 3 })
        {
            (NetworkWeights several, TrainingResult result) = Train(threads);
            AssertSameBits(one.Values, several.Values);
            Assert.AreEqual(first.History.Epochs[^1] with { Seconds = 0 }, result.History.Epochs[^1] with { Seconds = 0 });
        }

        Assert.IsGreaterThan(first.History.Epochs[^1].TrainingLoss, first.History.Epochs[0].TrainingLoss, "it learned something");
    }

    /// <summary>Running statistics are left alone by optimizers and penalties, and travel with the weights; then a row's scores do not depend on its batch.</summary>
    [TestMethod]
    public void RunningStatisticsAreSavedWithTheWeights()
    {
        NetworkWeights trained = Train(2).Weights;
        NetworkDefinition definition = trained.Definition;
        ParameterSlot[] statistics = [.. definition.Parameters.Where(slot => !slot.Spec.Trainable)];
        Assert.HasCount(4, statistics);
        Assert.IsTrue(statistics.All(slot => slot.Offset >= definition.TrainableLength));
        Assert.AreNotEqual(0f, trained[1, "runningMean"][0]);
        Assert.AreNotEqual(1f, trained[3, "layers.1.runningVariance"][0]);

        using MemoryStream stream = new();
        trained.Write(new BinaryWriter(stream));
        stream.Position = 0;
        NetworkWeights read = NetworkWeights.Read(NetworkDefinition.FromJson(definition.ToJson()), new BinaryReader(stream));
        AssertSameBits(trained.Values, read.Values);

        float[] images = BackendCases.Numbers(9 * definition.InputShape.Size, 5);
        float[] together = new float[9 * 3];
        float[] alone = new float[3];
        using Predictor predictor = new(read);
        predictor.Predict(images, 9, together);
        for (int i = 0; i < 9; i++)
        {
            predictor.Predict(images.AsSpan(i * definition.InputShape.Size, definition.InputShape.Size), 1, alone);
            AssertSameBits(together.AsSpan(i * 3, 3), alone);
        }
    }

    /// <summary>A step of pure weight decay shrinks the weights and not the statistics.</summary>
    [TestMethod]
    public void WeightDecayLeavesRunningStatisticsAlone()
    {
        NetworkDefinition definition = new(new TensorShape(2), [new BatchNormalization(0.5), new Dense(1)]);
        using IBackend<float> backend = Backend.Create(BackendKind.Reference);
        using Network<float> network = Trainable(backend, definition, 2);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.1 }, L2Regularization = 1, L1Regularization = 1, BatchSize = 2, NumberOfEpochs = 1 };
        new TrainingLoop<float>(network, options).Run(new TrainingData(new DenseRows([1, 10, 3, 30], 2), new DenseRows([0, 0], 1)));

        // Half of the old (0 and 1) and half of the batch's: means 2 and 20, unbiased variances 2 and 200.
        NetworkWeights weights = network.Save();
        CollectionAssert.AreEqual(new[] { 1f, 10f }, weights[0, "runningMean"].ToArray());
        CollectionAssert.AreEqual(new[] { 1.5f, 100.5f }, weights[0, "runningVariance"].ToArray());
        Assert.AreNotEqual(1f, weights[0, "scale"][0]);
    }

    /// <summary>Training reads each epoch's rows; the split, validation and comparison read the plain ones.</summary>
    [TestMethod]
    public void EachEpochReadsItsOwnRows()
    {
        CountingRows features = new(new DenseRows([1, 2, 3, 4, 5, 6], 1));
        using IBackend<float> backend = Backend.Create(BackendKind.Reference);
        using Network<float> network = Trainable(backend, Line(), 2);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01 }, BatchSize = 2, NumberOfEpochs = 3, ValidationFraction = 0.34 };
        new TrainingLoop<float>(network, options).Run(new TrainingData(features, new DenseRows([2, 4, 6, 8, 10, 12], 1)));
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, features.Epochs);
        Assert.AreEqual(3 * 4, features.Augmented);
        Assert.AreEqual(6 + (3 * 2) + 4, features.Plain, "the split, which looks for copies of rows, validation, and at the end the comparison with a constant");
    }

    /// <summary>As with dense networks: from batch to batch nothing is allocated, augmentation and residual blocks included.</summary>
    [TestMethod]
    public void BatchesAllocateNothing()
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> network = Trainable(backend, Definition(), 32);
        long before = 0;
        long after = 0;
        TrainingOptions options = Options() with
        {
            ValidationFraction = 0,
            NumberOfEpochs = 2,
            OnBatch = b =>
            {
                before = b is { Epoch: 2, Batch: 2 } ? GC.GetAllocatedBytesForCurrentThread() : before;
                after = b is { Epoch: 2, Batch: 4 } ? GC.GetAllocatedBytesForCurrentThread() : after;
            },
        };
        new TrainingLoop<float>(network, options).Run(Data());
        Assert.AreNotEqual(0, after);
        Assert.AreEqual(0, after - before);
    }

    private static Convolution2D PyTorchConvolution(int filters) =>
        new(filters, 5, padding: 2, weightInitializer: new PyTorchUniform(), biasInitializer: new PyTorchUniform());

    private static Dense PyTorchDense(int units) => new(units, weightInitializer: new PyTorchUniform(), biasInitializer: new PyTorchUniform());

    private static NetworkDefinition Definition() => new(
        new TensorShape(2, 9, 8),
        [
            new Convolution2D(17, 3, padding: 1, useBias: false),
            new BatchNormalization(),
            new ActivationLayer(new ReLU()),
            new Residual([new Convolution2D(17, 3, padding: 1, groups: 17), new BatchNormalization(), new SpatialDropout(0.1)], activation: new ReLU()),
            new MaxPooling2D(2),
            new Convolution2D(33, 3, stride: 2, padding: 1, activation: new Tanh()),
            new LayerNormalization(),
            new AveragePooling2D(2, stride: 1),
            new Flatten(),
            new Dropout(0.1),
            new Dense(3),
        ]);

    private static TrainingOptions Options() => new()
    {
        Loss = new SoftmaxCrossEntropy(),
        Optimizer = new Adam { LearningRate = 0.003 },
        NumberOfEpochs = 3,
        BatchSize = 32,
        Seed = 5,
        ValidationFraction = 0.1,
        L2Regularization = 1e-4,
    };

    private static TrainingData Data()
    {
        (float[] features, int[] labels) = Clusters(151, 2 * 9 * 8, 3);
        AugmentedRows images = new(
            new DenseRows(features, 2 * 9 * 8), new TensorShape(2, 9, 8), new ImageAugmentation { Shift = 1, Rotation = 5, Scale = 0.05, HorizontalFlip = true, Noise = 0.1, Cutout = 2 }, seed: 9);
        return new TrainingData(images, new ClassRows(labels, 3));
    }

    internal static (NetworkWeights Weights, TrainingResult Result) Train(int threads)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, threads);
        using Network<float> network = Trainable(backend, Definition(), 32);
        TrainingResult result = new TrainingLoop<float>(network, Options()).Run(Data());
        return (network.Save(), result);
    }

    private sealed class CountingRows(IRowSource<float> rows) : IEpochRowSource
    {
        public List<int> Epochs { get; } = [];

        public int Plain { get; private set; }

        public int Augmented { get; private set; }

        public int Count => rows.Count;

        public int Width => rows.Width;

        public void Read(ReadOnlySpan<int> indices, Span<float> destination)
        {
            Plain += indices.Length;
            rows.Read(indices, destination);
        }

        public IRowSource<float> ForEpoch(int epoch)
        {
            Epochs.Add(epoch);
            return new Changed(this);
        }

        private sealed class Changed(CountingRows outer) : IRowSource<float>
        {
            public int Count => outer.Count;

            public int Width => outer.Width;

            public void Read(ReadOnlySpan<int> indices, Span<float> destination)
            {
                outer.Read(indices, destination);
                outer.Plain -= indices.Length;
                outer.Augmented += indices.Length;
            }
        }
    }
}
