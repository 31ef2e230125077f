using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Rows kept as bytes read, and train, as the same rows kept as floats.</summary>
[TestClass]
public class DataByteRowsTests
{
    /// <summary>Pixels as the customary constants of MNIST standardise them: no multiples.</summary>
    private static readonly float[] s_standardized = [.. Enumerable.Range(0, 256).Select(b => ((b / 255f) - 0.1307f) / 0.3081f)];

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(16)]
    [DataRow(31)]
    [DataRow(32)]
    [DataRow(33)]
    [DataRow(100)]
    [DataRow(784)]
    public void ReadsTheBitsOfFloats(int width)
    {
        byte[] bytes = RandomBytes(40 * width);
        int[] order = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 40), 3, 3];
        foreach (float scale in new[] { 1, 1 / 255f, -0.3f, 0 })
        {
            float[] expected = ReadRows(new DenseRows(Array.ConvertAll(bytes, b => b * scale), width), order);
            AssertSameBits(expected, ReadRows(new ByteRows(bytes, width, scale), order));
        }

        AssertSameBits(ReadRows(Floats(bytes, width, s_standardized), order), ReadRows(new ByteRows(bytes, width, s_standardized), order));
    }

    [TestMethod]
    public void EveryByteHasItsValue()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        AssertSameBits(s_standardized, ReadRows(new ByteRows(all, 256, s_standardized), 0));
        AssertSameBits(s_standardized, new ByteRows(all, 256, s_standardized).Values);
        AssertSameBits(Array.ConvertAll(all, b => b * 0.1f), ReadRows(new ByteRows(all, 256, 0.1f), 0));
        AssertSameBits(Array.ConvertAll(all, b => b * 0.1f), new ByteRows(all, 256, 0.1f).Values);

        // Almost multiples.
        float[] bent = [.. Enumerable.Range(0, 256).Select(b => b == 200 ? 7f : b)];
        AssertSameBits(bent, ReadRows(new ByteRows(all, 256, bent), 0));
    }

    [TestMethod]
    [DataRow(3, 400_000)]
    [DataRow(2_000_000, 2)]
    [DataRow(5, 17)]
    public void Builder_KeepsRows_AcrossChunks(int width, int count)
    {
        ByteRowsBuilder builder = new(width, 0.5f);
        byte[] row = new byte[width];
        for (int i = 0; i < count; i++)
        {
            row[0] = (byte)i;
            row[^1] = (byte)(i >> 8);
            builder.Add(row);
        }

        ByteRows rows = builder.Build();
        Assert.AreEqual(count, rows.Count);
        Assert.AreEqual(width, rows.Width);
        for (int i = 0; i < count; i += Math.Max(1, count / 100))
        {
            float[] read = ReadRows(rows, i);
            Assert.AreEqual(0.5f * (byte)i, read[0]);
            Assert.AreEqual(0.5f * (byte)(i >> 8), read[^1]);
        }
    }

    [TestMethod]
    public void Builder_ClaimsAByteForEachNumber()
    {
        const int Width = 784;
        const int Count = 10_000;
        ByteRowsBuilder builder = new(Width);
        byte[] row = new byte[Width];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            builder.Add(row);
        }

        builder.Build();
        Assert.IsLessThan(Width * Count * 1.4, (double)(GC.GetAllocatedBytesForCurrentThread() - before));
    }

    /// <summary>Every number that a byte stands for finds its byte; its neighbours among the floats find none.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Builder_TakesNumbersThatBytesStandFor(int kind)
    {
        float[] values = kind switch
        {
            0 => [.. Enumerable.Range(0, 256).Select(b => (float)b)],
            1 => [.. Enumerable.Range(0, 256).Select(b => b / 255f)],
            _ => s_standardized,
        };
        float[] row = [.. values.Reverse(), values[7], values[200], .. values, .. values];
        ByteRowsBuilder builder = new(row.Length, values);
        Assert.IsTrue(builder.TryAdd(row));
        int refused = 0;
        for (int i = 0; i < row.Length; i++)
        {
            foreach (float other in new[] { MathF.BitIncrement(row[i]), MathF.BitDecrement(row[i]), float.NaN, float.PositiveInfinity, -row[i], 256 * row[i] })
            {
                if (!values.Any(value => BitConverter.SingleToInt32Bits(value) == BitConverter.SingleToInt32Bits(other)))
                {
                    float[] changed = [.. row];
                    changed[i] = other;
                    Assert.IsFalse(builder.TryAdd(changed), $"{other} in column {i}");
                    refused++;
                }
            }
        }

        Assert.IsGreaterThan(5 * row.Length, refused);
        Assert.IsTrue(builder.TryAdd(values.AsSpan(0, 1).ToArray().Concat(row[1..]).ToArray()));
        ByteRows rows = builder.Build();
        Assert.AreEqual(2, rows.Count);
        AssertSameBits(row, ReadRows(rows, 0));
        Assert.AreEqual(values[0], ReadRows(rows, 1)[0]);
        Assert.ThrowsExactly<ArgumentException>(() => new ByteRowsBuilder(2).TryAdd(new float[3]));
    }

    [TestMethod]
    public void RefusesWhatIsNoTable()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ByteRows(new byte[5], 2)).Message, "5 values");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ByteRows(new byte[4], 2, new float[255])).Message, "255");
        Assert.ThrowsExactly<ArgumentException>(() => new ByteRowsBuilder(2, new float[257]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ByteRowsBuilder(2).Add(new byte[3])).Message, "3 columns");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ByteRowsBuilder(0));
        ByteRowsBuilder builder = new(2);
        builder.Build();
        Assert.ThrowsExactly<InvalidOperationException>(() => builder.Add(new byte[2]));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.MaxValue)]
    public void RefusesAScaleThatLeavesTheFloats(float scale) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ByteRows(new byte[4], 2, scale));

    /// <summary>Subsets, images stored channels last and augmented ones.</summary>
    [TestMethod]
    public void AdaptersReadThem()
    {
        TensorShape shape = new(2, 6, 5);
        byte[] bytes = RandomBytes(20 * shape.Size);
        ByteRows rows = new(bytes, shape.Size, s_standardized);
        DenseRows floats = Floats(bytes, shape.Size, s_standardized);
        ImageAugmentation changes = new() { Shift = 2, Rotation = 20, Noise = 0.1, Cutout = 2 };
        AssertSameBits(ReadRows(new Subset(floats, [5, 9, 2]), 2, 0), ReadRows(new Subset(rows, [5, 9, 2]), 2, 0));
        AssertSameBits(ReadRows(new ChannelsLastRows(floats, shape), 7, 3), ReadRows(new ChannelsLastRows(rows, shape), 7, 3));
        AssertSameBits(ReadRows(new AugmentedRows(floats, shape, changes, 1).ForEpoch(2), 7, 3), ReadRows(new AugmentedRows(rows, shape, changes, 1).ForEpoch(2), 7, 3));
        CollectionAssert.AreEqual(ReadRows(RowSources.As<double>(floats), 4, 1), ReadRows(RowSources.As<double>(rows), 4, 1));
    }

    /// <summary>The looks at data, which also read what is not finite.</summary>
    [TestMethod]
    public void ChecksLookAtThem()
    {
        byte[] bytes = RandomBytes(50 * 30);
        ByteRows rows = new(bytes, 30, s_standardized);
        DenseRows floats = Floats(bytes, 30, s_standardized);
        Assert.AreEqual(DataChecks.Largest(floats), DataChecks.Largest(rows));
        Assert.AreEqual(DataChecks.LargestRootMeanSquare(floats), DataChecks.LargestRootMeanSquare(rows));
        DataChecks.ThrowIfNotFinite(rows, "feature");
        float[] holes = [.. s_standardized];
        holes[bytes[7]] = float.NaN;
        int first = Array.IndexOf(bytes, bytes[7]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DataChecks.ThrowIfNotFinite(new ByteRows(bytes, 30, holes), "feature")).Message, $"has NaN in column {first}");
    }

    /// <summary>Batches, validation and the last weights: nothing tells bytes from floats.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TrainsToTheSameBits(bool multiples)
    {
        byte[] bytes = RandomBytes(60 * 45);
        float[] values = multiples ? [.. Enumerable.Range(0, 256).Select(b => b * (1 / 255f))] : s_standardized;
        AssertSameBits(Train(Floats(bytes, 45, values)), Train(new ByteRows(bytes, 45, values)));
    }

    private static float[] Train(IRowSource<float> features)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> network = Trainable(backend, new NetworkDefinition(new TensorShape(features.Width), [new Dense(21, new ReLU()), new Dense(3)]), 16);
        TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(), NumberOfEpochs = 3, BatchSize = 16, Seed = 3, ValidationFraction = 0.2 };
        TrainingResult result = new TrainingLoop<float>(network, options).Run(new TrainingData(features, new ClassRows([.. Enumerable.Range(0, features.Count).Select(i => i % 3)], 3)));
        return [.. Weights(network), .. result.History.Epochs.Select(epoch => (float)epoch.ValidationLoss!)];
    }

    private static DenseRows Floats(byte[] bytes, int width, float[] values) => new(Array.ConvertAll(bytes, b => values[b]), width);

    private static byte[] RandomBytes(int count)
    {
        RandomSource random = new(3);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)random.NextInt32(256);
        }

        return bytes;
    }
}
