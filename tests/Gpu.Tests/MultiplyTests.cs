namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>What the conformance suite does not ask of the multiply: the tiles, slices of tensors, and sums in parts.</summary>
[TestClass]
public sealed class MultiplyTests
{
    private static readonly ConvolutionShape[] s_shapes =
    [
        new(8, 12, 11, 72, (3, 2), (1, 1), (1, 1), (1, 1), 1),
        new(6, 13, 9, 10, 3, (2, 1), (1, 2), (1, 2), 2),
        new(1, 20, 20, 70, 5, 1, 2, 1, 1),
    ];

    [TestMethod]
    public void BothTilesGiveTheSameBits()
    {
        using GpuBackend backend = TestDevices.OpenCL();
        foreach ((int m, int n, int k) in ((int, int, int)[])[(200, 140, 83), (65, 130, 64), (3, 5, 7)])
        {
            for (int flags = 0; flags < 8; flags++)
            {
                CollectionAssert.AreEqual(Product(backend, 64, m, n, k, flags, 0), Product(backend, 128, m, n, k, flags, 0), $"{m}x{k} · {k}x{n}, {flags}");
            }
        }

        foreach (ConvolutionShape shape in s_shapes)
        {
            CollectionAssert.AreEqual(Convolutions(backend, 64, shape, 0), Convolutions(backend, 128, shape, 0), shape.ToString());
        }
    }

    [TestMethod]
    public void BothTilesGiveTheSameBitsOnTheEmulator()
    {
        using GpuBackend backend = TestDevices.Emulator();
        CollectionAssert.AreEqual(Product(backend, 64, 17, 70, 21, 4, 0), Product(backend, 128, 17, 70, 21, 4, 0));
    }

    [TestMethod]
    public void SlicesGiveTheBitsOfWholeTensorsAndNothingBesideThemIsWritten()
    {
        using GpuBackend backend = TestDevices.OpenCL();
        foreach (int offset in (int[])[1, 2, 3, 4])
        {
            foreach ((int m, int n, int k) in ((int, int, int)[])[(68, 72, 40), (9, 13, 11)])
            {
                for (int flags = 0; flags < 8; flags++)
                {
                    CollectionAssert.AreEqual(Product(backend, 0, m, n, k, flags, 0), Product(backend, 0, m, n, k, flags, offset), $"{m}x{k} · {k}x{n}, {flags}, from {offset} on");
                }
            }

            foreach (ConvolutionShape shape in s_shapes)
            {
                CollectionAssert.AreEqual(Convolutions(backend, 0, shape, 0), Convolutions(backend, 0, shape, offset), $"{shape}, from {offset} on");
            }
        }
    }

    [TestMethod]
    public void LongSumsInPartsGiveTheSameBitsAgainAndAreNear()
    {
        using GpuBackend backend = TestDevices.OpenCL();
        using ReferenceBackend<double> reference = new();
        ConvolutionShape shape = new(3, 20, 21, 5, 3, 1, 1, 1, 1);
        const int Rows = 7;
        Assert.IsGreaterThan(1, GpuBackend.Parted(Rows * shape.OutputHeight * shape.OutputWidth, shape.WeightSize / shape.Filters, shape.Filters, 1).Parts);
        float[] input = BackendCases.Numbers(Rows * shape.InputSize, 1);
        float[] gradient = BackendCases.Numbers(Rows * shape.OutputSize, 2);
        double[] expected = new double[shape.WeightSize];
        Tensor<double> exact = reference.Allocate(shape.WeightSize);
        reference.ConvolutionWeightGradient(shape, Doubles(reference, input), Doubles(reference, gradient), exact, Rows);
        reference.Read(exact, expected);

        Tensor<float> x = New(backend, input, 0);
        Tensor<float> dy = New(backend, gradient, 0);
        Tensor<float> first = backend.Allocate(shape.WeightSize);
        Tensor<float> second = backend.Allocate(shape.WeightSize);
        backend.ConvolutionWeightGradient(shape, x, dy, first, Rows);
        backend.ConvolutionWeightGradient(shape, x, dy, second, Rows);
        float[] actual = Values(backend, first);
        CollectionAssert.AreEqual(actual, Values(backend, second));
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-4);
        }
    }

    [TestMethod]
    public void PartsCoverTheWholeDepthOnce()
    {
        foreach (int depth in (int[])[0, 1, 511, 512, 513, 5000, 100_352, int.MaxValue / 2])
        {
            foreach ((int rows, int columns, int groups) in ((int, int, int)[])[(1, 1, 1), (25, 32, 1), (800, 64, 1), (9, 1, 512), (4608, 512, 1)])
            {
                Product product = GpuBackend.Parted(depth, rows, columns, groups);
                Assert.IsGreaterThanOrEqualTo(1, product.Parts);
                Assert.IsLessThanOrEqualTo(512, product.Parts);
                Assert.IsGreaterThanOrEqualTo(depth, (long)product.Parts * product.PartDepth);
                if (product.Parts > 1)
                {
                    Assert.IsLessThan(depth, (product.Parts - 1) * (long)product.PartDepth);
                    Assert.AreEqual(0, product.PartDepth % Tile64.Depth);
                }
            }
        }
    }

    [TestMethod]
    public void DivisorsDivide()
    {
        foreach (int value in (int[])[1, 2, 3, 5, 7, 28, 64, 641, 1 << 20, (1 << 30) + 1, int.MaxValue])
        {
            Divisor divisor = new(value);
            foreach (int n in (int[])[0, 1, value - 1, value, Math.Max(value, value + 1), 12_345_678, int.MaxValue - 1, int.MaxValue])
            {
                int quotient = divisor.Quotient(n);
                Assert.AreEqual(n / value, quotient, $"{n} / {value}");
                Assert.AreEqual(n % value, divisor.Remainder(n, quotient), $"{n} % {value}");
            }
        }
    }

    /// <summary>A product of slices that begin at an offset; flags are those of the conformance cases.</summary>
    private static float[] Product(GpuBackend backend, int tile, int m, int n, int k, int flags, int offset)
    {
        backend.ForcedTile = tile;
        Tensor<float> c = New(backend, BackendCases.Numbers(m * n, 3), offset);
        backend.MatMul(New(backend, BackendCases.Numbers(m * k, 1), offset), (flags & 1) != 0, New(backend, BackendCases.Numbers(k * n, 2), offset), (flags & 2) != 0, c, m, n, k, (flags & 4) != 0);
        return Values(backend, c);
    }

    private static float[] Convolutions(GpuBackend backend, int tile, ConvolutionShape shape, int offset)
    {
        const int Rows = 3;
        backend.ForcedTile = tile;
        Tensor<float> input = New(backend, BackendCases.Numbers(Rows * shape.InputSize, 1), offset);
        Tensor<float> weights = New(backend, BackendCases.Numbers(shape.WeightSize, 2), offset);
        Tensor<float> bias = New(backend, BackendCases.Numbers(shape.Filters, 3), offset);
        Tensor<float> output = New(backend, new float[Rows * shape.OutputSize], offset);
        Tensor<float> inputGradient = New(backend, new float[Rows * shape.InputSize], offset);
        Tensor<float> weightGradient = New(backend, new float[shape.WeightSize], offset);
        backend.Convolution(default(ReLURule), shape, input, weights, bias, output, Rows);
        backend.ConvolutionInputGradient(shape, output, weights, inputGradient, Rows);
        backend.ConvolutionWeightGradient(shape, input, output, weightGradient, Rows);
        return [.. Values(backend, output), .. Values(backend, inputGradient), .. Values(backend, weightGradient)];
    }

    /// <summary>A slice between numbers that must stay.</summary>
    private static Tensor<float> New(GpuBackend backend, float[] values, int offset)
    {
        Tensor<float> whole = backend.Allocate(values.Length + offset + 5);
        backend.Write([.. Enumerable.Repeat(7f, offset), .. values, 7, 7, 7, 7, 7], whole);
        return whole.Slice(offset, values.Length);
    }

    private static float[] Values(GpuBackend backend, Tensor<float> tensor)
    {
        float[] whole = new float[tensor.Buffer!.Length];
        backend.Read(new Tensor<float>(tensor.Buffer, 0, whole.Length), whole);
        int end = tensor.Offset + tensor.Length;
        Assert.IsTrue(whole.AsSpan(0, tensor.Offset).IndexOfAnyExcept(7f) < 0 && whole.AsSpan(end).IndexOfAnyExcept(7f, 0f) < 0, "Something beside the tensor was written.");
        return whole[tensor.Offset..end];
    }

    private static Tensor<double> Doubles(ReferenceBackend<double> reference, float[] values)
    {
        Tensor<double> tensor = reference.Allocate(values.Length);
        reference.Write(Array.ConvertAll(values, value => (double)value), tensor);
        return tensor;
    }
}
