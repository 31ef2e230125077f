namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>Networks that learn on a device: step by step beside the processor on the emulator; whole trainings on OpenCL or a card.</summary>
public abstract class TrainingTests
{
    /// <summary>How far a loss may be from the processor's, relative to the larger of 1 and it.</summary>
    private const double Tolerance = 1e-4;

    private static readonly NetworkDefinition s_small = new(new TensorShape(3), [new Dense(1)]);

    /// <summary>Three convolutions with pools and two dense layers, in small; RMSprop and mean squared error.</summary>
    [TestMethod]
    public void AConvolutionalNetworkLearnsStepByStepAsOnTheProcessor()
    {
        NetworkDefinition definition = new(
            new TensorShape(2, 8, 8),
            [
                new Convolution2D(4, 5, padding: 2), new MaxPooling2D(2), new Convolution2D(4, 5, padding: 2), new MaxPooling2D(2), new Convolution2D(6, 5, padding: 2), new MaxPooling2D(2),
                new Flatten(), new Dense(5), new Dense(3),
            ]);
        AssertSameLosses(definition, new TrainingData(Rows(6, 128), new DenseRows([.. Enumerable.Range(0, 18).Select(i => i % 3f)], 3)), new TrainingOptions
        {
            Loss = new MeanSquaredError(), Optimizer = new RMSprop { LearningRate = 1e-3 }, NumberOfEpochs = 3, BatchSize = 3,
        });
    }

    /// <summary>Two hidden layers of ReLU; SGD with momentum, one-hot targets.</summary>
    [TestMethod]
    public void APerceptronLearnsStepByStepAsOnTheProcessor() => AssertSameLosses(
        new NetworkDefinition(new TensorShape(20), [new Dense(16, new ReLU()), new Dense(8, new ReLU()), new Dense(4)]),
        new TrainingData(Rows(24, 20), new ClassRows([.. Enumerable.Range(0, 24).Select(i => i % 4)], 4), [.. Enumerable.Range(0, 24).Select(i => 0.5f + (i % 3))]),
        new TrainingOptions { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.05, Momentum = 0.9 }, NumberOfEpochs = 3, BatchSize = 7 });

    /// <summary>Everything that stands between the layers: dropout of the same units, batch and layer normalization, clipping by the norm, decay, a mean of the weights, rows held out.</summary>
    [TestMethod]
    public void WhatStandsBetweenTheLayersIsTheSame() => AssertSameLosses(
        new NetworkDefinition(new TensorShape(12), [new Dense(10, new GELU()), new BatchNormalization(), new Dropout(0.3), new Dense(6, new Tanh()), new LayerNormalization(), new Dense(3)]),
        new TrainingData(Rows(40, 12), new ClassRows([.. Enumerable.Range(0, 40).Select(i => i % 3)], 3)),
        new TrainingOptions
        {
            Loss = new SoftmaxCrossEntropy { LabelSmoothing = 0.1 },
            Optimizer = new AdamW { LearningRate = 0.01, WeightDecay = 0.1 },
            NumberOfEpochs = 3,
            BatchSize = 8,
            AccumulationSteps = 2,
            ClipNorm = 0.5,
            AverageDecay = 0.9,
            ValidationFraction = 0.2,
            Seed = 3,
        });

    /// <summary>Transfer learning: frozen layers, with what batch normalization has seen, keep their bits; the others learn as on the processor, one of them at a rate of its own.</summary>
    [TestMethod]
    public void FrozenLayersKeepTheirBits_AndTheOthersLearnAsOnTheProcessor()
    {
        NetworkDefinition definition = new(
            new TensorShape(1, 6, 6), [new Convolution2D(3, 3, activation: new ReLU()), new BatchNormalization(), new Flatten(), new Dropout(0.3), new Dense(6, new Tanh()), new Dropout(0.2), new Dense(3)]);
        double[] rates = [0, 0, 0, 0, 0.3, 1, 1];
        TrainingData data = new(Rows(20, 36), new ClassRows([.. Enumerable.Range(0, 20).Select(i => i % 3)], 3));
        TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new AdamW { LearningRate = 0.02, WeightDecay = 0.1 }, NumberOfEpochs = 3, BatchSize = 5, ClipNorm = 0.5, Seed = 3 };
        NetworkWeights start = NetworkWeights.Initialize(definition, seed: 2);
        using IBackend<float> backend = Create();
        using SimdBackend processor = new(1);
        (NetworkWeights expected, NetworkWeights actual) = (Learned(processor), Learned(backend));
        foreach (ParameterSlot slot in definition.Parameters)
        {
            (float[] before, float[] wanted, float[] own) = (start[slot].ToArray(), expected[slot].ToArray(), actual[slot].ToArray());
            if (rates[slot.Layer] == 0)
            {
                CollectionAssert.AreEqual(before, own, slot.Spec.Name);
                continue;
            }

            CollectionAssert.AreNotEqual(before, own, slot.Spec.Name);
            for (int i = 0; i < own.Length; i++)
            {
                Assert.AreEqual(wanted[i], own[i], Tolerance, $"{slot.Spec.Name} {i} of layer {slot.Layer}.");
            }
        }

        NetworkWeights Learned(IBackend<float> on)
        {
            using Network<float> network = new(definition, on, options.BatchSize!.Value, training: true, layerRates: rates);
            network.Load(start);
            _ = new TrainingLoop<float>(network, options).Run(data);
            return network.Save();
        }
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameBits()
    {
        NetworkDefinition definition = new(new TensorShape(1, 6, 6), [new Convolution2D(3, 3, activation: new ReLU()), new Flatten(), new Dropout(0.2), new Dense(4)]);
        TrainingData data = new(Rows(24, 36), new ClassRows([.. Enumerable.Range(0, 24).Select(i => i % 4)], 4));
        TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(), NumberOfEpochs = 2, BatchSize = 6, Seed = 5 };
        float[][] runs = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using IBackend<float> backend = Create();
            return Train(backend, definition, data, options).Weights;
        })];
        CollectionAssert.AreEqual(runs[0], runs[1]);
    }

    /// <summary>Kept between two updates, what the device has queued is waited for; cancelled, what it had not told yet is judged.</summary>
    [TestMethod]
    public void ARunGoesOnFromItsState()
    {
        NetworkDefinition definition = new(new TensorShape(6), [new Dense(5, new ReLU()), new BatchNormalization(), new Dropout(0.2), new Dense(3)]);
        TrainingData data = new(Rows(18, 6), new ClassRows([.. Enumerable.Range(0, 18).Select(i => i % 3)], 3));
        TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(), NumberOfEpochs = 2, BatchSize = 4, AverageDecay = 0.8, ClipNorm = 1, Seed = 5, ValidationFraction = 0.2 };
        using IBackend<float> backend = Create();
        (float[] expected, TrainingResult result) = TrainFrom(null, options);
        Kept kept = new(null);
        TrainFrom(kept, options);
        Assert.IsGreaterThan(6, kept.States.Count);
        using CancellationTokenSource stop = new();
        Kept cancelled = new(null, CheckpointMoment.Cancelled);
        Assert.ThrowsExactly<OperationCanceledException>(() => TrainFrom(cancelled, options with { CancellationToken = stop.Token, OnBatch = batch => Cancel(batch.Batch == 3) }));
        foreach (byte[] state in new[] { kept.States[kept.States.Count / 2], cancelled.States.Single() })
        {
            (float[] weights, TrainingResult other) = TrainFrom(new Kept(state, CheckpointMoment.Cancelled), options);
            CollectionAssert.AreEqual(expected, weights);
            CollectionAssert.AreEqual(result.History.Epochs.Select(e => e with { Seconds = 0 }).ToArray(), other.History.Epochs.Select(e => e with { Seconds = 0 }).ToArray());
        }

        (float[] Weights, TrainingResult Result) TrainFrom(Kept? checkpoints, TrainingOptions own)
        {
            using Network<float> network = new(definition, backend, own.BatchSize!.Value, training: true);
            network.Load(NetworkWeights.Initialize(definition, seed: 2));
            TrainingResult end = new TrainingLoop<float>(network, own).Run(data, checkpoints: checkpoints);
            return (network.Save().Values, end);
        }

        void Cancel(bool now)
        {
            if (now)
            {
                stop.Cancel();
            }
        }
    }

    [TestMethod]
    public void ADivergingRunEndsWithTheBatch()
    {
        using IBackend<float> backend = Create();
        NetworkDefinition definition = new(new TensorShape(4), [new Dense(3, new ReLU()), new Dense(1)]);
        TrainingData data = new(Rows(16, 4), new DenseRows([.. Enumerable.Range(0, 16).Select(i => (float)i)], 1));
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 1e6 }, NumberOfEpochs = 20, BatchSize = 4 };
        DivergenceException error = Assert.ThrowsExactly<DivergenceException>(() => Train(backend, definition, data, options));
        using SimdBackend processor = new(1);
        DivergenceException expected = Assert.ThrowsExactly<DivergenceException>(() => Train(processor, definition, data, options));
        Assert.AreEqual((expected.Epoch, expected.Batch), (error.Epoch, error.Batch));
    }

    /// <summary>The numbers are too large to begin with: nothing that the device did before the host looked at the loss changes what is told.</summary>
    [TestMethod]
    [DataRow(1e30f, 0.01)]
    [DataRow(1, 1e6)]
    public void ADivergenceIsToldAsOnTheProcessor(float factor, double learningRate)
    {
        NetworkDefinition definition = new(new TensorShape(4), [new Dense(3, new ReLU()), new Dense(1)]);
        TrainingData data = new(new DenseRows([.. BackendCases.Numbers(64, 7).Select(x => x * factor)], 4), new DenseRows([.. Enumerable.Range(0, 16).Select(i => (float)i)], 1));
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = learningRate }, NumberOfEpochs = 5, BatchSize = 4 };
        using IBackend<float> backend = Create();
        using SimdBackend processor = new(1);
        DivergenceException error = Assert.ThrowsExactly<DivergenceException>(() => Train(backend, definition, data, options));
        DivergenceException expected = Assert.ThrowsExactly<DivergenceException>(() => Train(processor, definition, data, options));
        Assert.AreEqual(expected.Message, error.Message);
    }

    /// <summary>By the schedule each update has a rate of its own.</summary>
    [TestMethod]
    public void ADivergenceNamesTheRateOfTheUpdateBeforeIt()
    {
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 30 }, Schedule = new CosineAnnealing(), NumberOfEpochs = 4, BatchSize = 2 };
        using IBackend<float> backend = Create();
        using SimdBackend processor = new(1);
        DivergenceException error = Assert.ThrowsExactly<DivergenceException>(() => Train(backend, s_small, Small(), options));
        DivergenceException expected = Assert.ThrowsExactly<DivergenceException>(() => Train(processor, s_small, Small(), options));
        Assert.AreEqual((expected.Epoch, expected.Batch, expected.LearningRate), (error.Epoch, error.Batch, error.LearningRate));
    }

    [TestMethod]
    public void NothingIsToldAfterACallbackCancels()
    {
        using IBackend<float> backend = Create();
        using CancellationTokenSource stop = new();
        List<int> told = [];
        using Network<float> network = new(s_small, backend, 1, training: true);
        network.Load(NetworkWeights.Initialize(s_small, seed: 2));
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Sgd(),
            NumberOfEpochs = 2,
            BatchSize = 1,
            CancellationToken = stop.Token,
            OnBatch = batch =>
            {
                told.Add(batch.Batch);
                if (batch.Batch == 5)
                {
                    stop.Cancel();
                }
            },
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => new TrainingLoop<float>(network, options).Run(Small()));
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 5 }, told);
    }

    /// <summary>What nobody has judged when a run is cancelled is no model to keep, on the processor neither.</summary>
    [TestMethod]
    public void ACancelledRunLeavesNoInfiniteWeights()
    {
        using IBackend<float> device = Create();
        using SimdBackend processor = new(1);
        foreach (IBackend<float> backend in (IBackend<float>[])[processor, device])
        {
            using CancellationTokenSource stop = new();
            using Network<float> network = new(s_small, backend, 1, training: true);
            network.Load(NetworkWeights.Initialize(s_small, seed: 2));
            TrainingOptions options = new()
            {
                Loss = new MeanSquaredError(),
                Optimizer = new Sgd { LearningRate = 3e38 },
                NumberOfEpochs = 2,
                BatchSize = 1,
                CancellationToken = stop.Token,
                CancellationBehavior = CancellationBehavior.ReturnBest,
                OnBatch = _ => stop.Cancel(),
            };
            DivergenceException error = Assert.ThrowsExactly<DivergenceException>(() => new TrainingLoop<float>(network, options).Run(Small()));
            StringAssert.Contains(error.Message, "a weight became infinite or NaN in epoch 1");
        }
    }

    [TestMethod]
    public void ALearningRateFinderSeesAsManyRates()
    {
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), BatchSize = 1 };
        using SimdBackend processor = new(1);
        LearningRateCurve expected = Find(processor);
        using IBackend<float> backend = Create();
        LearningRateCurve actual = Find(backend);
        Assert.HasCount(expected.Points.Count, actual.Points);
        Assert.AreEqual(expected.Suggestion, actual.Suggestion);

        LearningRateCurve Find(IBackend<float> backend)
        {
            using Network<float> network = new(s_small, backend, 1, training: true);
            network.Load(NetworkWeights.Initialize(s_small, seed: 2));
            return new LearningRateFinder { Updates = 14, Lowest = 1e-4, Highest = 1 }.Run(network, options, Small());
        }
    }

    /// <summary>A new back end on the device; ends the test as skipped where there is none.</summary>
    protected abstract IBackend<float> Create();

    private protected static (double[] Losses, float[] Weights) Train(IBackend<float> backend, NetworkDefinition definition, TrainingData data, TrainingOptions options)
    {
        List<double> losses = [];
        using Network<float> network = new(definition, backend, options.BatchSize!.Value, training: true);
        network.Load(NetworkWeights.Initialize(definition, seed: 2));
        TrainingResult result = new TrainingLoop<float>(network, options with { OnBatch = batch => losses.Add(batch.Loss) }).Run(data);
        losses.AddRange(result.History.Epochs.Select(epoch => epoch.TrainingMetric));
        return ([.. losses], network.Save().Values);
    }

    private void AssertSameLosses(NetworkDefinition definition, TrainingData data, TrainingOptions options)
    {
        using IBackend<float> backend = Create();
        using SimdBackend processor = new(1);
        double[] expected = Train(processor, definition, data, options).Losses;
        double[] actual = Train(backend, definition, data, options).Losses;
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance * Math.Max(1, Math.Abs(expected[i])), $"Loss {i}.");
        }
    }

    private static TrainingData Small() => new(Rows(16, 3), new DenseRows([.. Enumerable.Range(0, 16).Select(i => (float)i)], 1));

    private static DenseRows Rows(int count, int width) => new(BackendCases.Numbers(count * width, 7), width);

    /// <summary>Keeps states in memory: all, or those of a moment.</summary>
    private sealed class Kept(byte[]? start, CheckpointMoment? wanted = null) : ICheckpointStore
    {
        public List<byte[]> States { get; } = [];

        public Stream? Open() => start is null ? null : new MemoryStream(start, writable: false);

        public bool IsDue(CheckpointMoment moment, int epoch) => wanted is null || moment == wanted;

        public void Save(CheckpointMoment moment, Action<Stream> write)
        {
            using MemoryStream stream = new();
            write(stream);
            States.Add(stream.ToArray());
        }
    }
}

[TestClass]
public sealed class EmulatorTraining : TrainingTests
{
    protected override IBackend<float> Create() => TestDevices.Emulator();
}

[TestClass]
public sealed class OpenCLTraining : WholeTrainings
{
    protected override IBackend<float> Create() => TestDevices.OpenCL();
}

[TestClass]
public sealed class CardTraining : WholeTrainings
{
    protected override IBackend<float> Create() => TestDevices.Card();
}
