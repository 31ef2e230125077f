namespace MLNet.GradientTrainers.Tests.Binary;

[TestClass]
public sealed class PlattScalingTests
{
    /// <summary>Answers drawn by σ(0.5·z − 1) are fitted so.</summary>
    [TestMethod]
    public void FindsSlopeAndOffset()
    {
        var random = new Random(1);
        double[] z = [.. Enumerable.Range(0, 20_000).Select(_ => 12 * (random.NextDouble() - 0.5))];
        bool[] answers = Array.ConvertAll(z, output => random.NextDouble() < 1 / (1 + Math.Exp(1 - (0.5 * output))));
        var fitted = PlattScaling.Fit(new(z, answers, [.. z.Select(_ => 1.0)]));
        Assert.AreEqual(0.5, fitted.Slope, 0.03);
        Assert.AreEqual(-1, fitted.Offset, 0.06);
    }

    /// <summary>Two outputs: the maximum of the likelihood has the smoothed shares (N₊ + 1) / (N₊ + 2) of the answers' targets, by hand.</summary>
    [TestMethod]
    public void HasTheValuesWorkedOutByHand()
    {
        // z = −1 has answers no, no, yes; z = 1 yes, yes, no. N₊ = N₋ = 3, so that yes counts 0.8 and no 0.2: the means are 0.4 and 0.6, logits ∓ln 1.5.
        var fitted = PlattScaling.Fit(new([-1, -1, -1, 1, 1, 1], [false, false, true, true, true, false], [1, 1, 1, 1, 1, 1]));
        Assert.AreEqual(Math.Log(1.5), fitted.Slope, 1e-6);
        Assert.AreEqual(0, fitted.Offset, 1e-6);

        // The same rows, three of them merged to weights.
        var weighted = PlattScaling.Fit(new([-1, -1, 1, 1], [false, true, true, false], [2, 1, 2, 1]));
        Assert.AreEqual(fitted.Slope, weighted.Slope, 1e-6);
    }

    [TestMethod]
    public void StaysFiniteAndKeepsTheOrder()
    {
        var perfect = PlattScaling.Fit(new([-300, -200, 200, 400], [false, false, true, true], [1, 1, 1, 1]));
        Assert.IsTrue(perfect.Slope > 0 && double.IsFinite(perfect.Slope) && double.IsFinite(perfect.Offset));
        var contrary = PlattScaling.Fit(new([-2, -1, 1, 2], [true, true, false, false], [1, 1, 1, 1]));
        Assert.IsGreaterThan(0, contrary.Slope);
        Assert.AreEqual(PlattScaling.None, PlattScaling.Fit(new([1, 2], [true, true], [1, 1])));
        Assert.AreEqual(PlattScaling.None, PlattScaling.Fit(new([0, 0], [true, false], [1, 1])));
    }

    [TestMethod]
    public void TheThresholdWithTheBestF1IsBetweenTwoRows()
    {
        // From the largest output: yes, no, yes, no, no. F1 is 2/3, 1/2, 4/5, 2/3, 4/7.
        var rows = new HeldOutOutputs([3, 2, 1, 0, -1], [true, false, true, false, false], [1, 1, 1, 1, 1]);
        Assert.AreEqual(0.5, DecisionThreshold.BestF1.Logit(rows));
        Assert.IsNull(DecisionThreshold.BestF1.Logit(null));
        Assert.IsNull(DecisionThreshold.BestF1.Logit(rows with { Answers = new bool[5] }));
        Assert.AreEqual(Math.Log(3), DecisionThreshold.Of(0.75).Logit(null)!.Value, 1e-12);
    }
}
