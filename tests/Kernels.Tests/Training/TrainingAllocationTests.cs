using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class TrainingAllocationTests
{
    /// <summary>From the second batch of the second epoch to its last one; weights, clipping, dropout and callbacks included.</summary>
    [TestMethod]
    public void Batches_AllocateNothing() => AllocateNothing(new Dense(32, new ReLU()), new Dropout(0.2), new Dense(3));

    [TestMethod]
    public void BatchesOfScaledFeaturesAndAnEnsemble_AllocateNothing() =>
        AllocateNothing(new Normalization(), new ActivationLayer(new Asinh(3)), new PiecewiseLinearEncoding(4), new Ensemble([new Dense(16, new SiLU()), new Dropout(0.2), new Dense(3)], 3));

    private static void AllocateNothing(params Layer[] layers)
    {
        TrainingData data = ClusterData(400, 20, 1);
        float[] weights = [.. Enumerable.Repeat(1.5f, 400)];
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> network = Trainable(backend, new(new TensorShape(20), layers), 32);
        long before = 0;
        long after = 0;
        TrainingOptions options = new()
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Adam(),
            NumberOfEpochs = 2,
            BatchSize = 32,
            ClipNorm = 1,
            OnBatch = b =>
            {
                before = b is { Epoch: 2, Batch: 2 } ? GC.GetAllocatedBytesForCurrentThread() : before;
                after = b is { Epoch: 2, Batch: 13 } ? GC.GetAllocatedBytesForCurrentThread() : after;
            },
        };
        new TrainingLoop<float>(network, options).Run(new TrainingData(data.Features, data.Targets, weights));
        Assert.AreNotEqual(0, after);
        Assert.AreEqual(0, after - before);
    }
}
