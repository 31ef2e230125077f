namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Small data and networks that the tests of data, networks and training share.</summary>
internal static class TrainingFixture
{
    /// <summary>y = w · x.</summary>
    public static NetworkDefinition Line(double start = 0) =>
        new(new TensorShape(1), [new Dense(1, useBias: false, weightInitializer: new Constant(start))]);

    public static TrainingData Points(float[] x, float[] y, float[]? weights = null) => new(new DenseRows(x, 1), new DenseRows(y, 1), weights);

    /// <summary>x = 1, 2, 3 and y = 2x.</summary>
    public static TrainingData Doubles() => Points([1, 2, 3], [2, 4, 6]);

    /// <summary>Three noisy clusters in <paramref name="width"/> dimensions; class i is row % 3.</summary>
    public static (float[] Features, int[] Labels) Clusters(int rows, int width, ulong seed)
    {
        RandomSource random = new(seed);
        float[] features = new float[rows * width];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = i % 3;
            for (int j = 0; j < width; j++)
            {
                features[(i * width) + j] = (float)((j % 3 == labels[i] ? 1.5 : 0) + (0.5 * random.NextGaussian()));
            }
        }

        return (features, labels);
    }

    public static TrainingData ClusterData(int rows, int width, ulong seed)
    {
        (float[] features, int[] labels) = Clusters(rows, width, seed);
        return new TrainingData(new DenseRows(features, width), new ClassRows(labels, 3));
    }

    public static Network<T> Trainable<T>(IBackend<T> backend, NetworkDefinition definition, int maxRows, ulong seed = 1)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Network<T> network = new(definition, backend, maxRows, training: true);
        network.Load(NetworkWeights.Initialize(definition, seed));
        return network;
    }

    public static T[] Weights<T>(Network<T> network)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[network.Parameters.Length];
        network.Backend.Read(network.Parameters, values);
        return values;
    }

    public static T[] ReadRows<T>(IRowSource<T> source, params int[] rows)
        where T : unmanaged
    {
        T[] values = new T[rows.Length * source.Width];
        source.Read(rows, values);
        return values;
    }

    /// <summary>Bits, so that −0 differs from 0 and NaN equals itself.</summary>
    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(BitConverter.SingleToInt32Bits(expected[i]), BitConverter.SingleToInt32Bits(actual[i]), $"element {i}: {expected[i]:R} against {actual[i]:R}");
        }
    }
}
