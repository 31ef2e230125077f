using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Tests.Regression;

[TestClass]
public sealed class LeastSquaresTests
{
    [TestMethod]
    public void ItSolvesColumnsFarFromZeroAndOfDifferentSizes()
    {
        double[][] rows = [.. Enumerable.Range(0, 40).Select(i => new[] { 1e9 + i, 1e-9 * (i * 17 % 40), i * i })];
        var table = new RegressionTable("", ["a", "b", "c"], "y", rows, [.. rows.Select(row => 7 - (2 * (row[0] - 1e9)) + (3e9 * row[1]) + (0.5 * row[2]))]);
        var model = LeastSquares.Solve(table)!;
        Assert.AreEqual(-2, model.Weights[0], 1e-6);
        Assert.AreEqual(3e9, model.Weights[1], 1);
        Assert.AreEqual(0.5, model.Weights[2], 1e-7);
        Assert.AreEqual(0, table.MeanSquaredError(x => model.Predict(x)), 1e-8);
    }

    [TestMethod]
    public void TheBestLineThroughThreePointsIsThatOfTheFormula()
    {
        // Means 2 and 3; w = Σ(x − 2)(y − 3) / Σ(x − 2)² = 3/2, b = 0.
        var model = LeastSquares.Solve(new RegressionTable("", ["x"], "y", [[1], [2], [3]], [2, 2, 5]))!;
        Assert.AreEqual(1.5, model.Weights[0], 1e-14);
        Assert.AreEqual(0, model.Bias, 1e-14);
    }

    [TestMethod]
    [DataRow(new[] { 0.1, 0.1, 0.1, 0.1 }, new[] { 1.0, 2, 3, 5 }, DisplayName = "a constant column")]
    [DataRow(new[] { 1.0, 2, 3, 4 }, new[] { 5.0, 7, 9, 11 }, DisplayName = "a column that depends on another")]
    [DataRow(new[] { 1.0, 2 }, new[] { 5.0, 8 }, DisplayName = "as many rows as columns")]
    public void WhereThereAreManyThereIsNone(double[] a, double[] b) =>
        Assert.IsNull(LeastSquares.Solve(new RegressionTable("", ["a", "b"], "y", [.. a.Zip(b, (x, y) => new[] { x, y })], [.. a.Select(x => 2 * x)])));
}
