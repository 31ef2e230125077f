using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Data;

[TestClass]
public sealed class IdxCursorTests
{
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void CursorFollowsTheContract()
    {
        using var folder = new TemporaryFolder();
        IDataView view = LoadFromIdxTests.Write(folder, 2, 2, 2);
        DataViewSchema.Column label = view.Schema["Label"];
        DataViewSchema.Column features = view.Schema["Features"];
        using DataViewRowCursor cursor = view.GetRowCursor([label]);
        Assert.AreSame(view.Schema, cursor.Schema);
        Assert.IsTrue(cursor.IsColumnActive(label));
        Assert.IsFalse(cursor.IsColumnActive(features));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(features));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(label));
        var getter = cursor.GetGetter<uint>(label);
        uint value = 0;
        Assert.AreEqual(-1L, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));

        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(0L, cursor.Position);
        getter(ref value);
        Assert.AreEqual(1u, value);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(1L, cursor.Position);

        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1L, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
    }

    [TestMethod]
    public void GetterReusesTheBufferItIsGiven()
    {
        using var folder = new TemporaryFolder();
        IDataView view = LoadFromIdxTests.Write(folder, 100, 28, 28);
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> value = default;
        cursor.MoveNext();
        getter(ref value);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (cursor.MoveNext())
        {
            getter(ref value);
        }

        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    [DataRow(0, 3)]
    [DataRow(1, 3)]
    [DataRow(64, 2)]
    [DataRow(65, 2)]
    [DataRow(1000, 1)]
    [DataRow(1000, 3)]
    [DataRow(1000, 0)]
    [DataRow(1000, 500)]
    public void CursorSetSharesTheRowsInOrderOfTheirBatches(int count, int cursors)
    {
        using var folder = new TemporaryFolder();
        IDataView view = LoadFromIdxTests.Write(folder, count, 1, 1);
        foreach (int? seed in new int?[] { null, 5 })
        {
            ulong[] serial = [.. Ids(view.GetRowCursor(view.Schema, Rand(seed))).Select(row => row.Id)];

            var rows = new List<(long Batch, ulong Id)>();
            var owners = new Dictionary<long, int>();
            DataViewRowCursor[] set = view.GetRowCursorSet(view.Schema, cursors, Rand(seed));
            Assert.IsLessThanOrEqualTo(Math.Max(1, cursors), set.Length);
            for (int i = 0; i < set.Length; i++)
            {
                long last = -1;
                foreach ((long batch, ulong id) in Ids(set[i]))
                {
                    Assert.IsGreaterThanOrEqualTo(last, batch, "batches never go back");
                    Assert.IsTrue(owners.TryAdd(batch, i) || owners[batch] == i, "a batch belongs to one cursor");
                    last = batch;
                    rows.Add((batch, id));
                }
            }

            CollectionAssert.AreEqual(serial, rows.OrderBy(row => row.Batch).Select(row => row.Id).ToArray());
            CollectionAssert.AreEqual(Enumerable.Range(0, count).Select(i => (ulong)i).ToArray(), serial.Order().ToArray());
            Assert.AreEqual(seed is null || count <= 1, serial.SequenceEqual(serial.Order()), "shuffled only when asked");
        }
    }

    [TestMethod]
    public void CursorsOfOneViewRunOnManyThreads()
    {
        using var folder = new TemporaryFolder();
        IDataView view = LoadFromIdxTests.Write(folder, 500, 5, 5);
        float expected = IdxFileTests.Bytes(500 * 25).Sum(b => (float)b);
        Parallel.For(0, 16, _ => Assert.AreEqual(expected, view.GetColumn<float[]>("Features").Sum(row => row.Sum())));
    }

    [TestMethod]
    public void FitsIntoPipelinesAndSplits()
    {
        using var folder = new TemporaryFolder();
        IDataView view = LoadFromIdxTests.Write(folder, 300, 2, 3);

        IDataView normalized = Context.Transforms.NormalizeMinMax("Features").Fit(view).Transform(view);
        Assert.AreEqual(1f, normalized.GetColumn<float[]>("Features").Max(row => row.Max()));
        IDataView texts = Context.Transforms.Conversion.MapKeyToValue("Text", "Label").Fit(view).Transform(view);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 300).Select(i => $"{i % 10}").ToArray(), texts.GetColumn<ReadOnlyMemory<char>>("Text").Select(t => t.ToString()).ToArray());
        DataOperationsCatalog.TrainTestData parts = Context.Data.TrainTestSplit(view, 0.2, seed: 3);
        Assert.AreEqual(300, Count(parts.TrainSet) + Count(parts.TestSet));
        Assert.AreEqual(300, Count(Context.Data.ShuffleRows(view, 3)));
        Assert.AreEqual(7, Count(Context.Data.TakeRows(view, 7)));
        Assert.AreEqual(300, Count(Context.Data.Cache(view)));
        Row first = Context.Data.CreateEnumerable<Row>(view, reuseRowObject: false).First();
        Assert.HasCount(6, first.Features!);
        Assert.AreEqual(1u, first.Label);
    }

    private static int Count(IDataView view) => view.GetColumn<float[]>("Features").Count();

    private static Random? Rand(int? seed) => seed is int value ? new Random(value) : null;

    private static IEnumerable<(long Batch, ulong Id)> Ids(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            var getter = cursor.GetIdGetter();
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                getter(ref id);
                yield return (cursor.Batch, id.Low);
            }
        }
    }

    private sealed class Row
    {
        [VectorType(6)]
        public float[]? Features { get; set; }

        [KeyType(10)]
        public uint Label { get; set; }
    }
}
