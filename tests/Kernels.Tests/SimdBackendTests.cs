namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The SIMD back end against the reference, and against itself with other threads and vector widths.</summary>
[TestClass]
public sealed class SimdBackendTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void ComputesWhatTheReferenceComputes(int threads)
    {
        using SimdBackend simd = new(threads);
        using ReferenceBackend<float> reference = new();
        foreach (BackendCase one in BackendCases.All())
        {
            AssertNear(one.Run(reference), one.Run(simd), one.Tolerance, one.Name);
        }
    }

    [TestMethod]
    [DataRow(1, 128)]
    [DataRow(1, 256)]
    [DataRow(1, 512)]
    [DataRow(2, 512)]
    [DataRow(3, 256)]
    [DataRow(5, 128)]
    public void GivesTheSameBitsForEveryWidthAndNumberOfThreads(int threads, int width)
    {
        using SimdBackend one = new(1);
        using SimdBackend other = new(threads, width);
        foreach (BackendCase item in BackendCases.All())
        {
            AssertNear(item.Run(one), item.Run(other), 0, item.Name);
        }
    }

    internal static void AssertNear(float[] expected, float[] actual, double tolerance, string name)
    {
        Assert.HasCount(expected.Length, actual, name);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]))
                || Math.Abs((double)expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.IsTrue(same, $"{name}: element {i} is {actual[i]:R}, expected {expected[i]:R}.");
        }
    }
}
