using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class ImportanceTests
{
    private sealed class Row
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }

    private static readonly MLContext Context = new(seed: 1);

    private static IDataView Data(Func<int, float> label)
        => Context.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(i => new Row { Label = label(i), Features = [i, 50 - i] }).ToArray());

    /// <summary>3·x₀: right on the data below, and blind to x₁.</summary>
    private static readonly ScoringModel<float> Regressor = new(NumberDataViewType.Single,
        (in VBuffer<float> x, ref float score) => score = 3 * x.GetItemOrDefault(0));

    /// <summary>Class 1 where x₁ ≤ 25, blind to x₀.</summary>
    private static readonly ScoringModel<VBuffer<float>> Classifier = new(new VectorDataViewType(NumberDataViewType.Single, 2),
        (in VBuffer<float> x, ref VBuffer<float> score) => score = new(2, x.GetItemOrDefault(1) <= 25 ? [0.25f, 0.75f] : [0.75f, 0.25f]));

    [TestMethod]
    public void OnlyTheFeatureInUseMattersToARegression()
    {
        var importance = Context.Regression.PermutationFeatureImportance(Regressor, Data(i => 3 * i), permutationCount: 5);
        Assert.HasCount(2, importance);
        Assert.IsGreaterThan(100, importance[0].MeanSquaredError.Mean);
        Assert.IsGreaterThan(1, importance[0].MeanAbsoluteError.Mean);
        Assert.IsGreaterThan(1, importance[0].RootMeanSquaredError.Mean);
        Assert.IsGreaterThan(1, importance[0].LossFunction.Mean);
        Assert.IsLessThan(-0.2, importance[0].RSquared.Mean);
        Assert.AreEqual(0, importance[1].MeanSquaredError.Mean);
        Assert.AreEqual(0, importance[1].RSquared.Mean);
        Assert.AreEqual(0, importance[1].RSquared.StandardDeviation);

        var statistics = importance[0].RSquared;
        Assert.AreEqual(5, statistics.Count);
        Assert.IsGreaterThan(0, statistics.StandardDeviation);
        Assert.AreEqual(statistics.StandardDeviation / Math.Sqrt(5), statistics.StandardError, 1e-12);
    }

    [TestMethod]
    public void OnlyTheFeatureInUseMattersToAClassification()
    {
        var importance = Context.MulticlassClassification.PermutationFeatureImportance(Classifier, Data(i => i >= 25 ? 1 : 0), permutationCount: 3);
        Assert.HasCount(2, importance);
        Assert.AreEqual(0, importance[0].MicroAccuracy.Mean);
        Assert.IsLessThan(-0.1, importance[1].MicroAccuracy.Mean);
        Assert.IsLessThan(-0.1, importance[1].MacroAccuracy.Mean);
        Assert.IsGreaterThan(0.1, importance[1].LogLoss.Mean);
        Assert.IsLessThan(-0.1, importance[1].LogLossReduction.Mean);
        Assert.AreEqual(0, importance[1].TopKAccuracy.Mean);
        Assert.HasCount(2, importance[1].PerClassLogLoss);
        Assert.AreEqual(3, importance[1].PerClassLogLoss[0].Count);
    }

    [TestMethod]
    public void OnePermutationHasNoSpread()
    {
        var statistics = Context.Regression.PermutationFeatureImportance(Regressor, Data(i => 3 * i))[0].RSquared;
        Assert.AreEqual(1, statistics.Count);
        Assert.AreEqual(0, statistics.StandardDeviation);
        Assert.AreEqual(0, statistics.StandardError);
    }

    [TestMethod]
    public void NumberOfExamplesLimitsTheRows()
    {
        // Of one row there is only one order, so nothing changes.
        var one = Context.Regression.PermutationFeatureImportance(Regressor, Data(i => 3 * i), numberOfExamplesToUse: 1);
        Assert.AreEqual(0, one[0].MeanSquaredError.Mean);
        Assert.ThrowsExactly<InvalidOperationException>(
            () => Context.Regression.PermutationFeatureImportance(Regressor, Data(i => 3 * i), numberOfExamplesToUse: 0));
    }

    [TestMethod]
    public void NoRowGivesNoStatistics()
        => Assert.HasCount(0, Context.Regression.PermutationFeatureImportance(Regressor, Context.Data.LoadFromEnumerable(Array.Empty<Row>())));

    [TestMethod]
    public void WrongArgumentsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Regression.PermutationFeatureImportance(Regressor, Data(i => i), "Gone"));
        Assert.ThrowsExactly<ArgumentNullException>(() => Context.Regression.PermutationFeatureImportance(Regressor, null));
        // A chain says through an internal interface which column its features are in: this one cannot.
        var error = Assert.ThrowsExactly<ArgumentNullException>(() => Context.Regression.PermutationFeatureImportance((ITransformer)Regressor, Data(i => i)));
        StringAssert.Contains(error.Message, "does not have a compatible predictor");
    }
}
