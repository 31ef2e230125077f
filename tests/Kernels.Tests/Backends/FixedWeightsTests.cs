namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Weights in the back end's own order, and the tile of a single row, give the bits of any other product.</summary>
[TestClass]
public class FixedWeightsTests
{
    [TestMethod]
    [DataRow(128)]
    [DataRow(256)]
    [DataRow(512)]
    public void GiveTheSameBits(int width)
    {
        foreach (var (inputs, outputs) in new[] { (1, 1), (7, 10), (784, 16), (33, 17), (600, 64), (1024, 130), (5, 300) })
        {
            float[] weights = Numbers(inputs * outputs, 1);
            float[] bias = Numbers(outputs, 2);
            using SimdBackend fixing = new(2, width);
            using SimdBackend plain = new(1, 128);
            using Tensors ours = new(fixing, weights, bias);
            using Tensors theirs = new(plain, weights, bias);
            ((IFixedWeights)fixing).Fix(ours.Weights, inputs, outputs);
            foreach (int rows in new[] { 1, 2, 5, 6, 14, 49, 65 })
            {
                float[] x = Numbers(rows * inputs, 3);
                float[] expected = theirs.Affine(plain, x, rows, inputs, outputs);
                CollectionAssert.AreEqual(expected, ours.Affine(fixing, x, rows, inputs, outputs), $"{rows} rows of {inputs} × {outputs}");

                // Each alone is the same as all together.
                float[] alone = [.. Enumerable.Range(0, rows).SelectMany(row => ours.Affine(fixing, x[(row * inputs)..((row + 1) * inputs)], 1, inputs, outputs))];
                CollectionAssert.AreEqual(expected, alone, $"one row of {inputs} × {outputs}");
            }
        }
    }

    /// <summary>A single row goes through the same tile where nothing is fixed, also with sums that start from the result, and along the columns of a.</summary>
    [TestMethod]
    [DataRow(128)]
    [DataRow(256)]
    [DataRow(512)]
    public void ASingleRowOfAnyProductHasTheBitsOfTheReference(int width)
    {
        using SimdBackend backend = new(1, width);
        using SimdBackend other = new(1, 128);
        foreach (var (n, k) in new[] { (64, 3), (200, 784), (129, 1100) })
        {
            float[] a = Numbers(2 * k, 4);
            float[] b = Numbers(k * n, 5);
            foreach (bool accumulate in new[] { false, true })
            {
                float[] two = Product(other, a, b, 2, n, k, accumulate);
                CollectionAssert.AreEqual(two[..n], Product(backend, a[..k], b, 1, n, k, accumulate), $"{n} × {k}");
            }
        }
    }

    private static float[] Product(SimdBackend backend, float[] a, float[] b, int m, int n, int k, bool accumulate)
    {
        Tensor<float> left = backend.Allocate(a.Length);
        Tensor<float> right = backend.Allocate(b.Length);
        Tensor<float> result = backend.Allocate(m * n);
        backend.Write(a, left);
        backend.Write(b, right);
        backend.Fill(result, 0.5f);
        backend.MatMul(left, false, right, false, result, m, n, k, accumulate);
        float[] values = new float[m * n];
        backend.Read(result, values);
        left.Buffer!.Dispose();
        right.Buffer!.Dispose();
        result.Buffer!.Dispose();
        return values;
    }

    private static float[] Numbers(int count, ulong seed)
    {
        RandomSource random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextInt32(2001) - 1000) / 700f)];
    }

    private sealed class Tensors(SimdBackend backend, float[] weights, float[] bias) : IDisposable
    {
        private readonly Tensor<float> _bias = On(backend, bias);

        public Tensor<float> Weights { get; } = On(backend, weights);

        public float[] Affine(SimdBackend backend, float[] x, int rows, int inputs, int outputs)
        {
            Tensor<float> input = On(backend, x);
            Tensor<float> output = backend.Allocate(rows * outputs);
            backend.Affine(default(ReLURule), input, Weights, _bias, output, rows, inputs, outputs);
            float[] values = new float[rows * outputs];
            backend.Read(output, values);
            input.Buffer!.Dispose();
            output.Buffer!.Dispose();
            return values;
        }

        public void Dispose()
        {
            Weights.Buffer!.Dispose();
            _bias.Buffer!.Dispose();
        }

        private static Tensor<float> On(SimdBackend backend, float[] values)
        {
            Tensor<float> tensor = backend.Allocate(values.Length);
            backend.Write(values, tensor);
            return tensor;
        }
    }
}
