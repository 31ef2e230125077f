using System.Runtime.InteropServices;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>Small networks and rows of the engine, trained in one process of several.</summary>
internal static class Nets
{
    public const int Width = 21;

    /// <summary>A last batch of 5 rows, which has fewer shards than the others.</summary>
    private const int Rows = 197;

    public static TrainingOptions Options => new()
    {
        Loss = new SoftmaxCrossEntropy(),
        Optimizer = new Adam { LearningRate = 0.003 },
        NumberOfEpochs = 2,
        BatchSize = 32,
        Seed = 3,
    };

    /// <summary>Trains with so many replicas, and gives the weights.</summary>
    public static (float[] Weights, TrainingResult Result) Train(NetworkDefinition definition, TrainingOptions options, Communicator? communicator, int replicas, ICheckpointStore? checkpoints = null)
    {
        IBackend<float>[] backends = [.. Enumerable.Range(0, replicas).Select(_ => Backend.Create(threads: 1))];
        Network<float>[] networks = [.. backends.Select(backend => new Network<float>(definition, backend, options.ShardRows(options.BatchSize!.Value, definition), training: true))];
        try
        {
            networks[0].Load(NetworkWeights.Initialize(definition, seed: 1));
            TrainingLoop<float> loop = new(networks, options, communicator);
            TrainingResult result = loop.Run(Data(), checkpoints: checkpoints);
            float[] weights = new float[networks[0].Parameters.Length];
            networks[0].Backend.Read(networks[0].Parameters, weights);
            return (weights, result);
        }
        finally
        {
            Array.ForEach(networks, network => network.Dispose());
            Array.ForEach(backends, backend => backend.Dispose());
        }
    }

    public static void AssertSameBits(float[] expected, float[] actual, string what)
    {
        ReadOnlySpan<int> a = MemoryMarshal.Cast<float, int>(expected);
        ReadOnlySpan<int> b = MemoryMarshal.Cast<float, int>(actual);
        Assert.AreEqual(a.Length, b.Length, what);
        Assert.AreEqual(a.Length, a.CommonPrefixLength(b), $"{what}: a weight differs at this place");
    }

    public static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.AreEqual(expected.StopReason, actual.StopReason);
        Assert.AreEqual(expected.Epochs, actual.Epochs);
        for (int i = 0; i < expected.Epochs; i++)
        {
            Assert.AreEqual(expected.History.Epochs[i] with { Seconds = 0 }, actual.History.Epochs[i] with { Seconds = 0 });
        }
    }

    /// <summary>Three clouds, with rows that weigh less and more.</summary>
    private static TrainingData Data()
    {
        RandomSource random = new(11);
        float[] features = new float[Rows * Width];
        int[] labels = new int[Rows];
        for (int i = 0; i < Rows; i++)
        {
            labels[i] = i % 3;
            for (int j = 0; j < Width; j++)
            {
                features[(i * Width) + j] = (float)(random.NextGaussian() + (j % 3 == labels[i] ? 1 : 0));
            }
        }

        return new TrainingData(new DenseRows(features, Width), new ClassRows(labels, 3), [.. Enumerable.Range(0, Rows).Select(i => (i % 5) * 0.37f)]);
    }
}
