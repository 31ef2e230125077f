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

    [TestMethod]
    public void Folds_ValidateEveryRowOnce()
    {
        TrainingData data = Points([.. Enumerable.Range(0, 103).Select(i => (float)i)], new float[103]);
        IReadOnlyList<(TrainingData Training, TrainingData Validation)> folds = data.Folds(4, 1);
        Assert.HasCount(4, folds);
        CollectionAssert.AreEqual(Column(data), folds.SelectMany(fold => Column(fold.Validation)).Order().ToArray());
        foreach ((TrainingData training, TrainingData validation) in folds)
        {
            Assert.IsTrue(validation.Count is 25 or 26);
            CollectionAssert.AreEqual(Column(data), Column(training).Concat(Column(validation)).Order().ToArray());
            CollectionAssert.AreEqual(Column(validation).Order().ToArray(), Column(validation), "the order of the data is kept");
        }

        CollectionAssert.AreEqual(Column(folds[2].Validation), Column(data.Folds(4, 1)[2].Validation));
        CollectionAssert.AreNotEqual(Column(folds[2].Validation), Column(data.Folds(4, 2)[2].Validation));
    }

    [TestMethod]
    public void Folds_OfClasses_HaveTheirShareOfEach()
    {
        int[] labels = [.. Enumerable.Range(0, 200).Select(i => i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2)];
        TrainingData data = new(new DenseRows([.. Enumerable.Range(0, 200).Select(i => (float)i)], 1), new ClassRows(labels, 3));
        foreach ((TrainingData training, TrainingData validation) in data.Folds(4, 1))
        {
            CollectionAssert.AreEqual(new[] { 35, 10, 5 }, Histogram(validation));
            CollectionAssert.AreEqual(new[] { 105, 30, 15 }, Histogram(training));
            CollectionAssert.AreEqual(Column(validation).Select(row => labels[(int)row]).ToArray(), ((ClassRows)validation.Targets).Labels.ToArray(), "labels stay with their rows");
        }
    }

    /// <summary>A class with fewer rows than parts is missing in some; no part is empty.</summary>
    [TestMethod]
    public void Folds_OfRareClasses_AreNotEmpty()
    {
        TrainingData data = new(new DenseRows(new float[5], 1), new ClassRows([0, 1, 2, 3, 4], 5));
        foreach ((TrainingData training, TrainingData validation) in data.Folds(5, 1))
        {
            Assert.AreEqual((4, 1), (training.Count, validation.Count));
        }
    }

    /// <summary>Else a part could weigh nothing, and could tell nothing.</summary>
    [TestMethod]
    public void Folds_ShareRowsThatWeighNothing()
    {
        float[] weights = [.. Enumerable.Range(0, 40).Select(i => i % 10 == 3 ? 2f : 0)];
        TrainingData data = Points([.. Enumerable.Range(0, 40).Select(i => (float)i)], new float[40], weights);
        foreach ((TrainingData training, TrainingData validation) in data.Folds(4, 1))
        {
            Assert.HasCount(1, validation.Weights.ToArray().Where(weight => weight > 0));
            Assert.HasCount(3, training.Weights.ToArray().Where(weight => weight > 0));
        }

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Folds(5, 1)).Message, "4 rows that count can be cut into 2 to 4 parts, not 5");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(4)]
    public void Folds_RefuseOtherNumbersOfParts(int count) =>
        Assert.AreEqual("count", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Points([1, 2, 3], [1, 2, 3]).Folds(count, 1)).ParamName);

    /// <summary>Rows that were trained on would tell the answers of those that judge.</summary>
    [TestMethod]
    public void EqualRows_StayTogether()
    {
        float[] values = [.. Enumerable.Range(0, 600).Select(i => (float)(i % 60))];
        TrainingData numbers = Points(values, [.. values.Select(value => value * value)]);
        TrainingData classes = new(new DenseRows(values, 1), new ClassRows([.. values.Select(value => (int)value % 3)], 3));
        foreach ((TrainingData training, TrainingData validation) in new[] { numbers, classes }.SelectMany(data => data.Folds(4, 1).Append(data.Split(0.25, 1))))
        {
            Assert.IsFalse(Column(training).Intersect(Column(validation)).Any());
            Assert.AreEqual(600, training.Count + validation.Count);
            Assert.IsInRange(130, 170, validation.Count);
        }
    }

    /// <summary>A table of truth values would lose cases; equal features with other targets are measurements.</summary>
    [TestMethod]
    [DataRow(4, false)]
    [DataRow(60, true)]
    public void EqualRows_ThatAreNoCopies_AreDealtAsOthers(int different, bool measured)
    {
        float[] values = [.. Enumerable.Range(0, 600).Select(i => (float)(i % different))];
        TrainingData data = Points(values, [.. values.Select((value, i) => measured ? i : value)]);
        TrainingData unlike = Points([.. Enumerable.Range(0, 600).Select(i => (float)i)], new float[600]);
        for (int i = 0; i < 4; i++)
        {
            CollectionAssert.AreEqual(Column(unlike.Folds(4, 1)[i].Validation).Select(row => values[(int)row]).ToArray(), Column(data.Folds(4, 1)[i].Validation));
        }

        CollectionAssert.AreEqual(Column(unlike.Split(0.25, 1).Validation).Select(row => values[(int)row]).ToArray(), Column(data.Split(0.25, 1).Validation));
    }

    /// <summary>What most rows are is no copy of one of them, and would fill a part.</summary>
    [TestMethod]
    public void EqualRows_ThatAreMost_GoToAllParts()
    {
        float[] values = [.. Enumerable.Range(0, 600).Select(i => i < 400 ? 0f : i % 100)];
        foreach ((TrainingData _, TrainingData validation) in Points(values, values).Folds(4, 1))
        {
            Assert.IsInRange(80, 120, Column(validation).Count(value => value == 0));
        }
    }

    /// <summary>A class of a few rows that are all copies keeps some for training.</summary>
    [TestMethod]
    public void EqualRows_OfARareClass_AreOnBothSides()
    {
        float[] values = [.. Enumerable.Range(0, 200).Select(i => i < 10 ? -1f : i / 2)];
        TrainingData data = new(new DenseRows(values, 1), new ClassRows([.. values.Select(value => value < 0 ? 1 : 0)], 2));
        (TrainingData training, TrainingData validation) = data.Split(0.5, 1);
        Assert.IsGreaterThan(0, Histogram(training)[1]);
        Assert.IsGreaterThan(0, Histogram(validation)[1]);
    }

    private static int[] Histogram(TrainingData data)
    {
        ClassRows classes = (ClassRows)data.Targets;
        return [.. Enumerable.Range(0, classes.Width).Select(c => classes.Labels.Count(label => label == c))];
    }

    private static float[] Column(TrainingData data) => ReadRows(data.Features, [.. Enumerable.Range(0, data.Count)]);
}
