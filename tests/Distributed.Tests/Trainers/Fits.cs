using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>Fits of trainers to rows of three clouds, which the tests of all kinds of communicators share.</summary>
internal static class Fits
{
    public const int Rows = 620;

    private const int Width = 12;

    /// <summary>A network with all that could differ between processes: dropout, a scale of features, a tenth to validate on.</summary>
    public static MlpTrainer.Options Mlp => new()
    {
        HiddenLayers = [40, 16],
        Dropout = 0.2,
        NumberOfEpochs = 6,
        BatchSize = 64,
        ValidationFraction = 0.1,
        EarlyStopping = new EarlyStopping { Patience = 20 },
        Members = 1,
        Seed = 5,
        NumberOfThreads = 1,
        Device = ComputeDevice.Cpu,
    };

    /// <summary>Fits, and gives the weights' hash.</summary>
    public static string Fit(MlpTrainer.Options options, Communicator? communicator) => Fit(new MLContext(1), options, communicator, rows: null);

    /// <summary>The same with rows that were read before.</summary>
    public static string Fit(MLContext context, MlpTrainer.Options options, Communicator? communicator, IDataView? rows) =>
        Hash(new MlpTrainer(context, options with { Communicator = communicator }).Fit(rows ?? View(context, 0, Rows)).Model.Weights);

    public static string Hash(NetworkWeights weights)
    {
        float[] values = [.. weights.Definition.Parameters.SelectMany(slot => weights[slot.Layer, slot.Spec.Name].ToArray())];
        Assert.IsTrue(Array.TrueForAll(values, float.IsFinite));
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(values)), 0, 8);
    }

    /// <summary>Some of the rows.</summary>
    public static IDataView View(MLContext context, int first, int end) => context.Data.LoadFromEnumerable(Clouds(first, end).ToArray());

    public static IEnumerable<Cloud> Clouds(int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            RandomSource random = new((ulong)i);
            int label = i % 3;
            yield return new Cloud { Label = (uint)label, Kind = $"kind {3 - label}", Answer = label > 0, Answers = [label == 1, i % 2 == 0], Weight = 0.5f + (i % 4), Features = [.. Enumerable.Range(0, Width).Select(j => (float)((random.NextGaussian() + (j % 3 == label ? 1.5 : 0)) * (j + 1)))] };
        }
    }

    internal sealed class Cloud
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public string Kind { get; set; } = "";

        public bool Answer { get; set; }

        [VectorType(2)]
        public bool[] Answers { get; set; } = [];

        public float Weight { get; set; }

        [VectorType(1, 3, 4)]
        public float[] Features { get; set; } = [];
    }
}
