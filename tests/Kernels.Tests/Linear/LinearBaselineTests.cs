namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A linear run's result tells how its model compares with the best constant.</summary>
[TestClass]
public sealed class LinearBaselineTests
{
    /// <summary>From w = 1 at a rate of nothing on y = 2x + 5: errors −6, −7, −8 against those of the mean 9: −2, 0, 2.</summary>
    [TestMethod]
    public void TheFiguresByHand()
    {
        LinearData data = new([1.0, 2, 3], 1, [7, 9, 11]);
        BaselineComparison baseline = Run(data, new LinearOptions { Optimizer = new Sgd { LearningRate = 1e-12 }, NumberOfEpochs = 1 }, new LinearModel([1], 0))!;
        Assert.AreEqual((3, false, true, false), (baseline.Rows, baseline.IsValidation, baseline.IsNoBetter, baseline.IsConstant));
        Assert.AreEqual((36 + 49 + 64) / 3.0, baseline.Loss, 1e-6);
        Assert.AreEqual(Math.Sqrt((36 + 49 + 64) / 3.0), baseline.Metric, 1e-6);
        Assert.AreEqual(8 / 3.0, baseline.ConstantLoss, 1e-9);
        Assert.AreEqual(Math.Sqrt(8 / 3.0), baseline.ConstantMetric, 1e-9);
        Assert.IsFalse(Run(data, new LinearOptions { Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 500 })!.IsNoBetter);
    }

    [TestMethod]
    public void WithoutAnInterceptTheConstantIsTheStartingBias()
    {
        LinearData data = new([1.0, -1, 2, -2], 1, [101, 99, 102, 98]);
        BaselineComparison baseline = Run(data, new LinearOptions { Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 100, FitIntercept = false })!;
        Assert.AreEqual(100 * 100, baseline.ConstantLoss, 10);
        Assert.IsFalse(baseline.IsNoBetter);
    }

    [TestMethod]
    public void TheMedianIsTheConstantOfTheAbsoluteError()
    {
        LinearData data = new([0.1, 0, 0, 0.2, 0], 1, [1, 2, 3, 4, 90]);
        BaselineComparison baseline = Run(data, new LinearOptions { Loss = new MeanAbsoluteError(), Optimizer = new Sgd { LearningRate = 1e-9 }, NumberOfEpochs = 1 })!;
        Assert.AreEqual((2 + 1 + 0 + 1 + 87) / 5.0, baseline.ConstantLoss, 1e-6);
        Assert.AreEqual(20, baseline.Loss, 1e-6);
        Assert.IsTrue(baseline.IsNoBetter);
    }

    /// <summary>Weights of zero are a constant; targets that do not vary ask for nothing else.</summary>
    [TestMethod]
    public void ConstantsAreFound()
    {
        LinearData data = new RandomLine(rows: 50, width: 3, noise: 0.1, seed: 1).Double();
        Assert.IsTrue(Run(data, new LinearOptions { Optimizer = new Sgd { LearningRate = 1e-300 }, NumberOfEpochs = 1, L1Regularization = 0 }, new LinearModel([0, 0, 0], 0.5))!.IsNoBetter);
        Assert.IsNull(Run(new LinearData([1.0, 2, 3], 1, [4, 4, 4]), new LinearOptions { NumberOfEpochs = 1 }));
    }

    [TestMethod]
    public void ValidationRowsAreCompared()
    {
        LinearData data = new RandomLine(rows: 50, width: 3, noise: 0.1, seed: 1).Double();
        LinearData opposite = new([.. Enumerable.Range(0, 60).Select(i => (i % 7) - 3.0)], 3, [.. Enumerable.Range(0, 20).Select(i => -10.0 * ((i % 7) - 3))]);
        LinearOptions options = new() { Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 100 };
        BaselineComparison baseline = new LinearRegression(options).Run(data, null, opposite).Baseline!;
        Assert.AreEqual((20, true), (baseline.Rows, baseline.IsValidation));
        Assert.IsTrue(Run(data, options) is { IsValidation: false, IsNoBetter: false });
        Assert.IsTrue(Run(data, options with { ValidationFraction = 0.3 }) is { IsValidation: true, IsNoBetter: false, Rows: 15 });
    }

    private static BaselineComparison? Run(LinearData data, LinearOptions options, LinearModel? start = null) => new LinearRegression(options).Run(data, start).Baseline;
}
