using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class DataRowSourceTests
{
    [TestMethod]
    [DataRow(3, 100_000)]
    [DataRow(100_000, 7)]
    [DataRow(300_000, 3)]
    [DataRow(1, 1)]
    [DataRow(5, 17)]
    public void Builder_KeepsRows_AcrossChunks(int width, int count)
    {
        DenseRowsBuilder builder = new(width);
        float[] row = new float[width];
        for (int i = 0; i < count; i++)
        {
            row[0] = i;
            row[^1] = i + 0.25f;
            builder.Add(row);
        }

        DenseRows rows = builder.Build();
        Assert.AreEqual(count, rows.Count);
        for (int i = 0; i < count; i += Math.Max(1, count / 100))
        {
            rows.Read([i], row);
            Assert.AreEqual(width == 1 ? i + 0.25f : i, row[0]);
            Assert.AreEqual(i + 0.25f, row[^1]);
        }

        rows.Read([count - 1], row);
        Assert.AreEqual(count - 0.75f, row[^1]);
    }

    [TestMethod]
    public void Builder_ClaimsAboutWhatItHolds()
    {
        const int Width = 64;
        const int Count = 40_000;
        DenseRowsBuilder builder = new(Width);
        float[] row = new float[Width];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            builder.Add(row);
        }

        builder.Build();
        long claimed = GC.GetAllocatedBytesForCurrentThread() - before;
        long held = (long)Width * Count * sizeof(float);
        Assert.IsLessThan(held * 1.4, (double)claimed);
    }

    [TestMethod]
    public void Builder_EmptyAndHandedOver()
    {
        DenseRowsBuilder builder = new(4);
        Assert.AreEqual(0, builder.Build().Count);
        Assert.ThrowsExactly<InvalidOperationException>(() => builder.Add(new float[4]));
        Assert.ThrowsExactly<InvalidOperationException>(() => builder.Build());
    }

    [TestMethod]
    public void Sparse_ReadsAsDense()
    {
        RandomSource random = new(5);
        DenseRowsBuilder dense = new(37);
        SparseRowsBuilder sparse = new(37);
        DenseRowsBuilder fromSparse = new(37);
        for (int i = 0; i < 1000; i++)
        {
            float[] row = new float[37];
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = random.NextDouble() < 0.2 ? (float)random.NextGaussian() : 0;
            }

            int[] columns = [.. Enumerable.Range(0, 37).Where(j => row[j] != 0)];
            float[] values = [.. columns.Select(j => row[j])];
            dense.Add(row);
            fromSparse.Add(columns, values);
            if (i % 2 == 0)
            {
                sparse.Add(row);
            }
            else
            {
                sparse.Add(columns, values);
            }
        }

        int[] all = [.. Enumerable.Range(0, 1000).Reverse()];
        float[] expected = ReadRows(dense.Build(), all);
        SparseRows built = sparse.Build();
        CollectionAssert.AreEqual(expected, ReadRows(built, all));
        CollectionAssert.AreEqual(expected, ReadRows(fromSparse.Build(), all));
        Assert.AreEqual(expected.Count(v => v != 0), built.StoredValues);
    }

    [TestMethod]
    public void Sparse_KeepsNaN()
    {
        SparseRowsBuilder builder = new(3);
        builder.Add([0, float.NaN, 0]);
        Assert.IsTrue(float.IsNaN(ReadRows(builder.Build(), 0)[1]));
    }

    [TestMethod]
    [DataRow(new[] { 2, 1 })]
    [DataRow(new[] { 1, 1 })]
    [DataRow(new[] { -1, 1 })]
    [DataRow(new[] { 1, 4 })]
    [DataRow(new[] { 1 })]
    public void Sparse_RefusesBadColumns(int[] columns)
    {
        Assert.ThrowsExactly<ArgumentException>(() => new SparseRowsBuilder(4).Add(columns, new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => new DenseRowsBuilder(4).Add(columns, new float[2]));
    }

    [TestMethod]
    public void Classes_ReadOneHot()
    {
        ClassRows rows = new([2, 0, 1], 3);
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0, 0, 1 }, ReadRows(rows, 1, 0));
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(3)]
    public void Classes_NameTheRowOfABadLabel(int label)
    {
        ArgumentOutOfRangeException e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ClassRows([0, label], 3));
        StringAssert.Contains(e.Message, "row 1");
    }

    [TestMethod]
    public void Subset_OfSubset()
    {
        DenseRows rows = new([.. Enumerable.Range(0, 2000).Select(i => (float)i)], 2);
        Subset odd = new(rows, [.. Enumerable.Range(0, 500).Select(i => (2 * i) + 1)]);
        Subset last = new(odd, [499, 0, 499]);
        CollectionAssert.AreEqual(new float[] { 1998, 1999, 2, 3, 1998, 1999 }, ReadRows(last, 0, 1, 2));
        int[] all = [.. Enumerable.Range(0, 500)];
        float[] values = ReadRows(odd, all);
        Assert.IsTrue(all.All(i => values[2 * i] == (4 * i) + 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Subset(rows, [1000]));
    }

    [TestMethod]
    public void AllSources_RefuseRowsTheyDoNotHave()
    {
        SparseRowsBuilder sparse = new(2);
        sparse.Add([1, 2]);
        DenseRows dense = new([1, 2], 2);
        foreach (IRowSource<float> source in new IRowSource<float>[] { dense, new ByteRows([1, 2], 2), sparse.Build(), new ClassRows([0], 2), new Subset(dense, [0]) })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => source.Read([1], new float[2]), source.GetType().Name);
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => source.Read([-1], new float[2]), source.GetType().Name);
            Assert.ThrowsExactly<ArgumentException>(() => source.Read([0], new float[1]), source.GetType().Name);
        }
    }

    [TestMethod]
    public void Dense_RefusesHalfARow() => Assert.ThrowsExactly<ArgumentException>(() => new DenseRows(new float[5], 2));

    [TestMethod]
    public void Widening_IsExact_AndSkippedWhereTheSourceHasThePrecision()
    {
        IRowSource<float> single = new DenseRows([0.1f, float.MaxValue, float.Epsilon, -3], 2);
        CollectionAssert.AreEqual(new double[] { float.Epsilon, -3, 0.1f, float.MaxValue }, ReadRows(RowSources.As<double>(single), 1, 0));
        Assert.AreSame(single, RowSources.As<float>(single));
        BothPrecisions both = new();
        Assert.AreSame(both, RowSources.As<double>(both));
    }

    private sealed class BothPrecisions : IRowSource<float>, IRowSource<double>
    {
        public int Count => 1;

        public int Width => 1;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination) => destination.Fill(0.1f);

        public void Read(ReadOnlySpan<int> rows, Span<double> destination) => destination.Fill(0.1);
    }

    [TestMethod]
    public void Fixed_FindsTheTableBehindViews_AndItsRows()
    {
        TensorShape image = new(2, 1, 3);
        DenseRows dense = new(new float[6 * 10], 6);
        IRowSource<float> view = new Subset(new ChannelsLastRows(new Subset(dense, [9, 8, 7, 6]), image), [3, 1, 0]);
        int[] rows = [0, 1, 2];
        Assert.AreSame(dense, RowSources.Fixed(view, rows, out int channels));
        CollectionAssert.AreEqual(new[] { 6, 8, 9 }, rows);
        Assert.AreEqual(2, channels);

        ClassRows classes = new([0, 1, 0], 2);
        Assert.AreSame(classes, RowSources.Fixed(classes, rows, out channels));
        Assert.AreEqual(1, channels);
        ByteRows bytes = new(new byte[12], 6);
        Assert.AreSame(bytes, RowSources.Fixed(bytes, rows, out _));
    }

    [TestMethod]
    public void Fixed_KnowsNoTable_WhereRowsMayChange()
    {
        TensorShape image = new(2, 1, 3);
        DenseRows dense = new(new float[6 * 10], 6);
        AugmentedRows augmented = new(dense, image, new ImageAugmentation { Shift = 1 }, seed: 1);
        Assert.IsNull(RowSources.Fixed(augmented, [1], out _));
        Assert.IsNull(RowSources.Fixed(new Subset(augmented.ForEpoch(1), [3, 4]), [1], out _));
        Assert.IsNull(RowSources.Fixed(new ChannelsLastRows(new ChannelsLastRows(dense, image), image), [1], out _));
    }
}
