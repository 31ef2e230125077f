namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class DataSparseBatchTests
{
    [TestMethod]
    public void RowsAndColumnsHoldTheSameValues()
    {
        SparseBatch<float> batch = new(9);
        batch.Add([1, 7], [2, 3]);
        batch.Add([], []);
        batch.Add([0, 1, 8], [4, 5, 6]);
        CollectionAssert.AreEqual(new[] { 0, 2, 2, 5 }, batch.Starts.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 7, 0, 1, 8 }, batch.Columns.ToArray());
        CollectionAssert.AreEqual(new float[] { 2, 3, 4, 5, 6 }, batch.Values.ToArray());
        SparseColumns<float> columns = batch.ByColumn;
        CollectionAssert.AreEqual(new[] { 1, 7, 0, 8 }, columns.Used.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 2, 3, 4, 5 }, columns.Starts.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 2, 0, 2, 2 }, columns.Rows.ToArray());
        CollectionAssert.AreEqual(new float[] { 2, 5, 3, 4, 6 }, columns.Values.ToArray());

        batch.Clear();
        Assert.AreEqual(0, batch.ByColumn.Count);
        batch.Add([8], [1]);
        CollectionAssert.AreEqual(new[] { 8 }, batch.ByColumn.Used.ToArray());
        batch.Add([2], [1]);
        CollectionAssert.AreEqual(new[] { 8, 2 }, batch.ByColumn.Used.ToArray());
    }

    [TestMethod]
    public void RowsThatCanNotBeAreRefused()
    {
        SparseBatch<float> batch = new(3);
        Assert.ThrowsExactly<ArgumentException>(() => batch.Add([0], [1, 2]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => batch.Add([3], [1])).Message, "[0, 3)");
        Assert.ThrowsExactly<ArgumentException>(() => batch.Add([-1], [1]));
        Assert.ThrowsExactly<ArgumentException>(() => batch.Add([1, 1], [1, 1]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SparseBatch<float>(0));
        Assert.AreEqual(0, batch.Rows);
    }

    [TestMethod]
    public void OnlyTablesWithFewValuesCountAsSparse()
    {
        SparseRows few = Table(200, 10);
        Assert.IsNotNull(RowSources.Sparse(few));
        Assert.IsNull(RowSources.Sparse(Table(200, 11)));
        Assert.IsNotNull(RowSources.Sparse(Table(64, 1)));
        Assert.IsNull(RowSources.Sparse(Table(63, 1)));
        Assert.IsNull(RowSources.Sparse(new DenseRows(new float[100], 100)));
        Assert.IsNull(RowSources.Sparse(new Subset(new DenseRows(new float[100], 100), [0])));
        ISparseRowSource subset = RowSources.Sparse(new Subset(few, [2, 0]))!;
        subset.Row(0, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
        CollectionAssert.AreEqual(Enumerable.Range(2, 10).ToArray(), columns.ToArray());
        Assert.IsTrue(values.ToArray().All(value => value == 3));
        CollectionAssert.AreEqual(TrainingFixture.ReadRows(few, 2, 0), TrainingFixture.ReadRows(subset, 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => subset.Row(2, out _, out _));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ((ISparseRowSource)few).Row(-1, out _, out _));
    }

    /// <summary>Row i has the value i + 1 in the columns from i on.</summary>
    private static SparseRows Table(int width, int values)
    {
        SparseRowsBuilder builder = new(width);
        for (int i = 0; i < 3; i++)
        {
            builder.Add([.. Enumerable.Range(i, values)], [.. Enumerable.Repeat(i + 1f, values)]);
        }

        return builder.Build();
    }
}
