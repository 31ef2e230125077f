using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class DataOpsSplitTests
{
    private sealed class Row
    {
        public int Id { get; set; }
        public string Group { get; set; } = "";
        [KeyType(10)] public uint Key { get; set; }
    }

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count)
        .Select(i => new Row { Id = i, Group = "group " + i % 50, Key = (uint)(i % 10) }).ToArray());

    private static int[] Ids(IDataView data) => data.GetColumn<int>("Id").ToArray();

    [TestMethod]
    public void SplitIsAPartitionOfAboutTheRightSize()
    {
        var data = Rows(2000);
        var split = _ml.Data.TrainTestSplit(data, testFraction: 0.25, seed: 3);
        int[] train = Ids(split.TrainSet), test = Ids(split.TestSet);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 2000).ToArray(), train.Concat(test).ToArray());
        Assert.IsTrue(test.Length is > 400 and < 600, $"{test.Length} of 2000 rows for a quarter"); // 5 standard deviations
        CollectionAssert.AreEqual(data.Schema.Select(c => c.Name).ToArray(), split.TestSet.Schema.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void SplitDependsOnTheSeedAlone()
    {
        var data = Rows(500);
        int[] Test(MLContext ml, int? seed) => Ids(ml.Data.TrainTestSplit(data, 0.3, seed: seed).TestSet);
        CollectionAssert.AreEqual(Test(_ml, 7), Test(new MLContext(seed: 2), 7));
        CollectionAssert.AreNotEqual(Test(_ml, 7), Test(_ml, 8));
        CollectionAssert.AreEqual(Test(new MLContext(seed: 5), null), Test(new MLContext(seed: 5), null));
        CollectionAssert.AreNotEqual(Test(new MLContext(seed: 5), null), Test(new MLContext(seed: 6), null));
        var split = _ml.Data.TrainTestSplit(data, 0.3);
        CollectionAssert.AreEqual(Ids(split.TestSet), Ids(split.TestSet), "two passes over one split");
    }

    [TestMethod]
    public void RowsOfOneGroupStayTogether()
    {
        var data = Rows(1000);
        var split = _ml.Data.TrainTestSplit(data, 0.3, samplingKeyColumnName: "Group", seed: 1);
        var train = split.TrainSet.GetColumn<string>("Group").ToHashSet();
        var test = split.TestSet.GetColumn<string>("Group").ToHashSet();
        Assert.IsNotEmpty(test);
        Assert.HasCount(50, train.Concat(test).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(data, 0.3, samplingKeyColumnName: "Absent"));
    }

    [TestMethod]
    public void KeysAreSplitInTheirOrder()
    {
        // (key − 0.5) / 10 below 0.3: the first three categories.
        var test = _ml.Data.TrainTestSplit(Rows(100), 0.3, samplingKeyColumnName: "Key").TestSet;
        CollectionAssert.AreEquivalent(new uint[] { 1, 2, 3 }, test.GetColumn<uint>("Key").Distinct().ToArray());
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    public void FractionsOutsideAreRefused(double fraction)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(Rows(5), fraction));

    [TestMethod]
    [DataRow(null)]
    [DataRow("Group")]
    public void FoldsTestEachRowOnce(string? key)
    {
        var folds = _ml.Data.CrossValidationSplit(Rows(600), numberOfFolds: 4, samplingKeyColumnName: key, seed: 1);
        Assert.HasCount(4, folds);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 600).ToArray(), folds.SelectMany(f => Ids(f.TestSet)).ToArray());
        foreach (var fold in folds)
        {
            Assert.IsNotEmpty(Ids(fold.TestSet));
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 600).ToArray(), Ids(fold.TestSet).Concat(Ids(fold.TrainSet)).ToArray());
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.CrossValidationSplit(Rows(5), numberOfFolds: 1));
    }
}
