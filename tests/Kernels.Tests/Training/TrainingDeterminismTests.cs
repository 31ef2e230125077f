using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The contract: the same seed, data and back end give bit-identical weights for any number of threads. <see cref="Fingerprints"/> for any vector width.</summary>
[TestClass]
public class TrainingDeterminismTests
{
    [TestMethod]
    public void Threads_DoNotChangeABit()
    {
        (float[] one, TrainingResult first) = Train(BackendKind.Simd, 1, 7);
        foreach (int threads in new[] { 2, 3 })
        {
            (float[] several, TrainingResult result) = Train(BackendKind.Simd, threads, 7);
            AssertSameBits(one, several);
            for (int i = 0; i < first.Epochs; i++)
            {
                Assert.AreEqual(first.History.Epochs[i] with { Seconds = 0 }, result.History.Epochs[i] with { Seconds = 0 });
            }
        }

        Assert.IsGreaterThan(first.History.Epochs[^1].TrainingLoss, first.History.Epochs[0].TrainingLoss, "it learned something");
    }

    [TestMethod]
    [DataRow(BackendKind.Reference)]
    [DataRow(BackendKind.Simd)]
    public void Seed_DecidesEverything(BackendKind kind)
    {
        AssertSameBits(Train(kind, 1, 7).Weights, Train(kind, 1, 7).Weights);
        CollectionAssert.AreNotEqual(Train(kind, 1, 7).Weights, Train(kind, 1, 8).Weights);
    }

    /// <summary>Dropout, clipping, penalties, limited norms, a mean of the weights, two batches an update, row weights, sparse rows, a partial last batch, a stratified validation set and early stopping, all at once.</summary>
    internal static (float[] Weights, TrainingResult Result) Train(BackendKind kind, int threads, int seed)
    {
        const int Rows = 517;
        const int Width = 83;
        (float[] features, int[] labels) = Clusters(Rows, Width, 3);
        SparseRowsBuilder sparse = new(Width);
        float[] weights = new float[Rows];
        for (int i = 0; i < Rows; i++)
        {
            Span<float> row = features.AsSpan(i * Width, Width);
            foreach (ref float value in row)
            {
                value = Math.Abs(value) < 0.3f ? 0 : value;
            }

            sparse.Add(row);
            weights[i] = (i % 5) * 0.37f;
        }

        NetworkDefinition definition = new(
            new TensorShape(Width), [new Dense(129, new ReLU()), new Dropout(0.3), new Dense(67, new Tanh()), new Dropout(0.1), new Dense(3)]);
        using IBackend<float> backend = Backend.Create(kind, threads);
        using Network<float> network = Trainable(backend, definition, 64);
        TrainingOptions options = new()
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Adam { LearningRate = 0.003 },
            NumberOfEpochs = 3,
            BatchSize = 64,
            Seed = seed,
            ValidationFraction = 0.15,
            EarlyStopping = new EarlyStopping(),
            ClipNorm = 0.5,
            ClipValue = 0.2,
            L1Regularization = 1e-5,
            L2Regularization = 1e-4,
            MaxNorm = 2,
            AverageDecay = 0.8,
            AccumulationSteps = 2,
        };
        TrainingResult result = new TrainingLoop<float>(network, options).Run(new TrainingData(sparse.Build(), new ClassRows(labels, 3), weights));
        return (Weights(network), result);
    }
}
