using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Networks;

[TestClass]
public sealed class ClassWeightsTests
{
    private static TrainingData Rows(params float[]? weights) =>
        new(new DenseRows(new float[6], 1), new ClassRows([0, 0, 0, 1, 1, 3], 4), weights is { Length: > 0 } ? weights : null);

    private static TrainingData Apply(double[] weights, TrainingData rows) => ClassWeights.Apply(weights, rows, nameof(MlpTrainer));

    [TestMethod]
    public void BalancedWeighsClassesByTheirRows()
    {
        // 6 rows, 3 classes that have some: 6 / (3 · 3), 6 / (3 · 2), nothing to weigh, 6 / (3 · 1).
        double[] weights = ClassWeights.Balanced.For(Rows());
        CollectionAssert.AreEqual(new[] { 2 / 3.0, 1, 1, 2 }, weights);
        CollectionAssert.AreEqual(new[] { 2 / 3f, 2 / 3f, 2 / 3f, 1, 1, 2 }, Apply(weights, Rows()).Weights.ToArray());
    }

    [TestMethod]
    public void BalancedCountsRowWeights()
    {
        double[] weights = ClassWeights.Balanced.For(Rows(1, 2, 0, 3, 3, 0));
        CollectionAssert.AreEqual(new[] { 9 / (2.0 * 3), 9 / (2.0 * 6), 1, 1 }, weights);
        CollectionAssert.AreEqual(new[] { 1.5f, 3, 0, 2.25f, 2.25f, 0 }, Apply(weights, Rows(1, 2, 0, 3, 3, 0)).Weights.ToArray());
    }

    [TestMethod]
    public void GivenWeightsMultiplyRowWeights() =>
        CollectionAssert.AreEqual(new[] { 2f, 2, 4, 0, 0, 1 }, Apply(ClassWeights.Of(2, 0, 1, 0.5).For(Rows()), Rows(1, 1, 2, 5, 1, 2)).Weights.ToArray());

    [TestMethod]
    public void WrongWeightsAreTold()
    {
        Assert.ThrowsExactly<ArgumentException>(() => ClassWeights.Of());
        Assert.ThrowsExactly<ArgumentException>(() => ClassWeights.Of(0, 0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ClassWeights.Of(1, -2)).Message, "class 1 is -2");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ClassWeights.Of(1, double.NaN));
        Assert.ThrowsExactly<InvalidOperationException>(() => Apply([0, 0, 1, 0], Rows()));

        var context = new MLContext(seed: 1);
        var spy = new SpyView(Blobs.Load(context, 30));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(context, new MlpTrainer.Options { ClassWeights = ClassWeights.Of(1, 2) }).Fit(spy));
        StringAssert.Contains(error.Message, "2 weights");
        StringAssert.Contains(error.Message, "3 classes");
        Assert.AreEqual(0, spy.Cursors);
    }

    /// <summary>Weights that are in range by themselves may have a product that a Single doesn't hold.</summary>
    [TestMethod]
    [DataRow(2, 3e38f, "a row of class 1 weighs 3E+38, and the class 2: the product is larger")]
    [DataRow(1e300, 1f, "a row of class 1 weighs 1, and the class 1E+300: the product is larger")]
    [DataRow(1e-60, 1f, "a row of class 1 weighs 1, and the class 1E-60: the product is smaller")]
    [DataRow(0.1, 1e-45f, "a row of class 1 weighs 1.4E-45, and the class 0.1: the product is smaller")]
    public void AProductBeyondASingleIsTold(double ofClass, float ofRow, string message)
    {
        string told = Assert.ThrowsExactly<InvalidOperationException>(() => Apply(ClassWeights.Of(1, ofClass, 1, 1).For(Rows()), Rows(1, 1, 1, ofRow, 1, 1))).Message;
        StringAssert.StartsWith(told, "MlpTrainer: " + message);
        StringAssert.Contains(told, nameof(ClassWeights));
    }

    [TestMethod]
    public void ARareClassIsFoundOnlyWhenItCounts()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(600, spread: 2.4);
        var rare = rows.Where((r, i) => r.Species != "cedar" || i % 40 == 2).ToList();
        var train = Blobs.Load(context, rare);
        double Recall(ClassWeights? weights, double fraction = 0)
        {
            var options = new MlpTrainer.Options { HiddenLayers = [], NumberOfEpochs = 30, BatchSize = 16, LearningRate = 0.02, Seed = 1, ClassWeights = weights, ValidationFraction = fraction };
            var scored = new MlpTrainer(context, options).Fit(train).Transform(Blobs.Load(context, Blobs.Rows(600, 2, 2.4)));
            return context.MulticlassClassification.Evaluate(scored).ConfusionMatrix.PerClassRecall[2];
        }

        double plain = Recall(null);
        Assert.IsGreaterThan(plain + 0.2, Recall(ClassWeights.Balanced));
        Assert.IsGreaterThan(plain + 0.1, Recall(ClassWeights.Of(1, 1, 14), fraction: 0.2));
    }
}
