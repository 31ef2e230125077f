using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class DataOpsRowsTests
{
    private sealed class Row
    {
        public int Id { get; set; }
        public float Value { get; set; }
        [VectorType(2)] public float[] Vector { get; set; } = [];
    }

    private readonly MLContext _ml = new(seed: 1);

    private static IEnumerable<Row> Source(int count) => Enumerable.Range(0, count).Select(i => new Row { Id = i, Value = i / 2f, Vector = [i, -i] });

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Source(count).ToArray());

    private static int[] Ids(IDataView data) => data.GetColumn<int>("Id").ToArray();

    [TestMethod]
    public void TakeAndSkip()
    {
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Ids(_ml.Data.TakeRows(Rows(5), 3)));
        CollectionAssert.AreEqual(new[] { 3, 4 }, Ids(_ml.Data.SkipRows(Rows(5), 3)));
        CollectionAssert.AreEqual(new[] { 2, 3 }, Ids(_ml.Data.TakeRows(_ml.Data.SkipRows(Rows(5), 2), 2)));
        Assert.IsEmpty(Ids(_ml.Data.SkipRows(Rows(5), 9)));
        CollectionAssert.AreEqual(new[] { 0, 1 }, Ids(_ml.Data.TakeRows(Rows(2), 9)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(Rows(5), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.SkipRows(Rows(5), 0));
    }

    [TestMethod]
    public void FilterKeepsAHalfOpenRange()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { 0, 1, float.NaN, 2, 3 }.Select((v, i) => new Row { Id = i, Value = v, Vector = [0, 0] }).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 3 }, Ids(_ml.Data.FilterRowsByColumn(data, "Value", 1, 3)));
        CollectionAssert.AreEqual(new[] { 0, 1 }, Ids(_ml.Data.FilterRowsByColumn(data, "Value", upperBound: 2)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Absent", 1, 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(data, "Vector", 1, 3));
    }

    [TestMethod]
    [DataRow(1000, true)]
    [DataRow(10, false)]
    [DataRow(1000, false)]
    public void ShuffleIsAPermutationThatTheSeedDecides(int pool, bool shuffleSource)
    {
        var data = Rows(200);
        IDataView Shuffled(int seed) => _ml.Data.ShuffleRows(data, seed, pool, shuffleSource);
        var ids = Ids(Shuffled(1));
        CollectionAssert.AreNotEqual(Ids(data), ids);
        CollectionAssert.AreEquivalent(Ids(data), ids);
        CollectionAssert.AreEqual(ids, Ids(Shuffled(1)));
        CollectionAssert.AreNotEqual(ids, Ids(Shuffled(2)));
        foreach (var row in _ml.Data.CreateEnumerable<Row>(Shuffled(1), reuseRowObject: false))
        {
            Assert.AreEqual(row.Id / 2f, row.Value, "columns of one row stay together");
            CollectionAssert.AreEqual(new float[] { row.Id, -row.Id }, row.Vector);
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.ShuffleRows(data, 1, 0));
    }

    [TestMethod]
    public void CacheReadsEachColumnOnceAndShuffles()
    {
        int passes = 0;
        IEnumerable<Row> Counted()
        {
            passes++;
            foreach (var row in Source(100))
                yield return row;
        }
        var cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Counted()));
        CollectionAssert.AreEqual(Ids(Rows(100)), Ids(cached));
        int afterFirst = passes;
        CollectionAssert.AreEqual(Ids(Rows(100)), Ids(cached));
        Assert.AreEqual(afterFirst, passes);

        Assert.IsTrue(cached.CanShuffle);
        var shuffled = new List<int>();
        using (var cursor = cached.GetRowCursor(cached.Schema, new Random(1)))
        {
            var getId = cursor.GetGetter<int>(cached.Schema["Id"]);
            var getVector = cursor.GetGetter<VBuffer<float>>(cached.Schema["Vector"]);
            int id = 0;
            VBuffer<float> vector = default;
            while (cursor.MoveNext())
            {
                getId(ref id);
                getVector(ref vector);
                Assert.AreEqual(-id, vector.GetItemOrDefault(1));
                shuffled.Add(id);
            }
        }
        CollectionAssert.AreNotEqual(Ids(Rows(100)), shuffled);
        CollectionAssert.AreEquivalent(Ids(Rows(100)), shuffled);
    }

    [TestMethod]
    public void CacheChecksTheColumnsToPrefetch()
    {
        CollectionAssert.AreEqual(new[] { 0, 1 }, Ids(_ml.Data.Cache(Rows(2), "Id", "Vector")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.Cache(Rows(2), "Absent"));
    }

    [TestMethod]
    public void CacheCheckpointFeedsTheNextEstimator()
    {
        var data = Rows(4);
        var pipeline = _ml.Transforms.NormalizeMinMax("Vector").AppendCacheCheckpoint(_ml).Append(_ml.Transforms.NormalizeMinMax("Again", "Vector"));
        var result = pipeline.Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { 1f, -1 }, result.GetColumn<float[]>("Again").Last());
    }
}
