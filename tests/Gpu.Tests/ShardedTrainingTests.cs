namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>Several emulated cards that train one network together.</summary>
[TestClass]
public sealed class ShardedTrainingTests
{
    private static readonly NetworkDefinition s_definition = new(
        new TensorShape(6), [new Dense(5), new BatchNormalization(), new ActivationLayer(new ReLU()), new Dropout(0.3), new Dense(3)]);

    private static readonly TrainingOptions s_options = new()
    {
        Loss = new SoftmaxCrossEntropy(), Optimizer = new Sgd { LearningRate = 0.05, Momentum = 0.9 }, NumberOfEpochs = 1, BatchSize = 6, Shards = 3, ClipNorm = 0.3, Seed = 5,
    };

    /// <summary>A batch of three shards, and one of a single one.</summary>
    [TestMethod]
    public void TheNumberOfCardsDoesNotChangeABit()
    {
        GpuBackend[] cards = [.. Enumerable.Range(0, 3).Select(_ => TestDevices.Emulator())];
        try
        {
            (float[] expected, double[] losses) = Train(cards[..1], s_options);
            Assert.IsTrue(Array.TrueForAll(expected, float.IsFinite));
            (float[] weights, double[] own) = Train(cards, s_options);
            CollectionAssert.AreEqual(expected.Select(BitConverter.SingleToInt32Bits).ToArray(), weights.Select(BitConverter.SingleToInt32Bits).ToArray());
            CollectionAssert.AreEqual(losses, own);
            using SimdBackend processor = new(1);
            (float[] near, _) = Train([processor], s_options);
            for (int i = 0; i < near.Length; i++)
            {
                Assert.AreEqual(near[i], expected[i], 1e-4f, $"weight {i}");
            }
        }
        finally
        {
            Array.ForEach(cards, card => card.Dispose());
        }
    }

    /// <summary>A thread that used another device meanwhile has to bind this one again.</summary>
    [TestMethod]
    public void OneThreadUsesSeveralDevicesInTurn()
    {
        using GpuBackend first = TestDevices.Emulator();
        using GpuBackend second = TestDevices.Emulator();
        foreach (GpuBackend backend in new[] { first, second, first })
        {
            Tensor<float> tensor = backend.Allocate(3);
            Assert.AreSame(backend.Session.Accelerator, ILGPU.Runtime.Accelerator.Current);
            backend.Fill(tensor, 2);
            Assert.AreEqual(6, backend.Sum(tensor));
            tensor.Buffer!.Dispose();
        }
    }

    /// <summary>The others end, and only the lost card's session is given up.</summary>
    [TestMethod]
    public void ALostCardEndsAll()
    {
        GpuBackend[] cards = [.. Enumerable.Range(0, 2).Select(_ => TestDevices.Emulator())];
        try
        {
            cards[1].Session.LaunchesUntilLost = 12;
            GpuException error = Assert.ThrowsExactly<GpuException>(() => Train(cards, s_options));
            Assert.AreEqual(GpuFailure.Lost, error.Failure);
            CollectionAssert.AreEqual(new[] { false, true }, cards.Select(card => card.Session.IsSpoiled).ToArray());
        }
        finally
        {
            Array.ForEach(cards, card => card.Dispose());
        }
    }

    private static (float[] Weights, double[] Losses) Train(IReadOnlyList<IBackend<float>> backends, TrainingOptions options)
    {
        const int Rows = 8;
        TrainingData data = new(
            new DenseRows(BackendCases.Numbers(Rows * s_definition.InputShape.Size, 7), s_definition.InputShape.Size),
            new ClassRows([.. Enumerable.Range(0, Rows).Select(i => i % 3)], 3),
            [.. Enumerable.Range(0, Rows).Select(i => 0.5f + (i % 2))]);
        List<double> losses = [];
        Network<float>[] networks = [.. backends.Select(backend => new Network<float>(s_definition, backend, options.ShardRows(options.BatchSize!.Value, s_definition), training: true))];
        networks[0].Load(NetworkWeights.Initialize(s_definition, seed: 2));
        try
        {
            TrainingResult result = new TrainingLoop<float>(networks, options with { OnBatch = batch => losses.Add(batch.Loss) }).Run(data);
            losses.AddRange(result.History.Epochs.Select(epoch => epoch.TrainingMetric));
            return (networks[0].Save().Values, [.. losses]);
        }
        finally
        {
            Array.ForEach(networks, network => network.Dispose());
        }
    }
}
