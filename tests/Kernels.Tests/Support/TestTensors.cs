using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Tensors from and to plain arrays of double, in any back end and precision.</summary>
internal static class TestTensors
{
    public static Tensor<T> Tensor<T>(this IBackend<T> backend, params ReadOnlySpan<double> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] converted = new T[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            converted[i] = T.CreateTruncating(values[i]);
        }

        Tensor<T> tensor = backend.Allocate(values.Length);
        backend.Write(converted, tensor);
        return tensor;
    }

    public static double[] Values<T>(this IBackend<T> backend, Tensor<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[tensor.Length];
        backend.Read(tensor, values);
        return Array.ConvertAll(values, double.CreateTruncating);
    }

    public static double[] Gaussians(int count, ulong seed, double deviation = 1)
    {
        RandomSource random = new(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = deviation * random.NextGaussian();
        }

        return values;
    }

    /// <summary>Every element within <paramref name="tolerance"/> · max(1, |expected|); infinities and NaN must be the same.</summary>
    public static void AreClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, string what = "")
    {
        Assert.AreEqual(expected.Length, actual.Length, $"{what} length");
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = double.IsFinite(expected[i])
                ? Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]))
                : expected[i].Equals(actual[i]);
            Assert.IsTrue(close, $"{what} element {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }
}
