using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class DataTrainingDataTests
{
    [TestMethod]
    public void Refuses_NoRows_AndCountsThatDiffer()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Points([], [])).Message, "no rows");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Points([1, 2], [1])).Message, "2 rows of features but 1 of targets");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Points([1, 2], [1, 2], [1])).Message, "1 weights");
    }

    [TestMethod]
    [DataRow(-1f)]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Refuses_BadWeight_NamingItsRow(float weight) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Points([1, 2], [1, 2], [1, weight])).Message, "row 1");

    [TestMethod]
    public void Refuses_WeightsThatAreAllZero() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Points([1, 2], [1, 2], [0, 0])).Message, "All 2 weights are 0");

    [TestMethod]
    public void Select_TakesFeaturesTargetsAndWeights()
    {
        TrainingData data = new(new DenseRows([1, 2, 3], 1), new ClassRows([0, 1, 2], 3), [4, 5, 6]);
        TrainingData selected = data.Select([2, 0]);
        CollectionAssert.AreEqual(new float[] { 3, 1 }, ReadRows(selected.Features, 0, 1));
        CollectionAssert.AreEqual(new[] { 2, 0 }, ((ClassRows)selected.Targets).Labels.ToArray());
        CollectionAssert.AreEqual(new float[] { 6, 4 }, selected.Weights.ToArray());
    }

    [TestMethod]
    public void Split_OfClasses_IsProportional()
    {
        int[] labels = [.. Enumerable.Repeat(0, 700).Concat(Enumerable.Repeat(1, 250)).Concat(Enumerable.Repeat(2, 49)).Append(3)];
        TrainingData data = new(new DenseRows([.. Enumerable.Range(0, 1000).Select(i => (float)i)], 1), new ClassRows(labels, 5));
        (TrainingData training, TrainingData validation) = data.Split(0.2, 1);
        CollectionAssert.AreEqual(new[] { 140, 50, 10, 0, 0 }, Histogram(validation));
        CollectionAssert.AreEqual(new[] { 560, 200, 39, 1, 0 }, Histogram(training));
        IEnumerable<float> rows = Column(training).Concat(Column(validation)).Order();
        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(i => (float)i).ToArray(), rows.ToArray(), "every row is in exactly one part");
        for (int i = 0; i < validation.Count; i++)
        {
            Assert.AreEqual(labels[(int)Column(validation)[i]], ((ClassRows)validation.Targets).Labels[i], "labels stay with their rows");
        }
    }

    [TestMethod]
    public void Split_NeverEmptiesAClass()
    {
        TrainingData data = new(new DenseRows(new float[7], 1), new ClassRows([0, 1, 1, 2, 2, 2, 3], 4));
        (TrainingData training, TrainingData validation) = data.Split(0.9, 1);
        CollectionAssert.AreEqual(new[] { 1, 1, 1, 1 }, Histogram(training));
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 0 }, Histogram(validation));
    }

    [TestMethod]
    public void Split_OfNumbers_HasTheSizeAndFollowsTheSeed()
    {
        TrainingData data = Points([.. Enumerable.Range(0, 100).Select(i => (float)i)], new float[100]);
        float[] first = Column(data.Split(0.25, 1).Validation);
        Assert.HasCount(25, first);
        CollectionAssert.AreEqual(first, Column(data.Split(0.25, 1).Validation));
        CollectionAssert.AreNotEqual(first, Column(data.Split(0.25, 2).Validation));
        CollectionAssert.AreEqual(first.Order().ToArray(), first, "the order of the data is kept");
    }

    [TestMethod]
    public void Split_RefusesWhatCannotBeSplit()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Points([1], [1]).Split(0.5, 1));
        TrainingData single = new(new DenseRows(new float[3], 1), new ClassRows([0, 1, 2], 3));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => single.Split(0.5, 1)).Message, "No class has two rows");
        foreach (double fraction in new[] { 0, 1, -0.1, double.NaN })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Points([1, 2], [1, 2]).Split(fraction, 1));
        }
    }

    private static int[] Histogram(TrainingData data)
    {
        ClassRows classes = (ClassRows)data.Targets;
        return [.. Enumerable.Range(0, classes.Width).Select(c => classes.Labels.Count(c))];
    }

    private static float[] Column(TrainingData data) => ReadRows(data.Features, [.. Enumerable.Range(0, data.Count)]);
}
