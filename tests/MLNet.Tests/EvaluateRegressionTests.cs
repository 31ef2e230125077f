using Microsoft.ML;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class EvaluateRegressionTests
{
    private static readonly MLContext Context = new(seed: 1);

    private sealed class Row
    {
        public float Label { get; set; }
        public float Score { get; set; }
        public double Wide { get; set; }
    }

    private static IDataView View(params (float Label, float Score)[] rows)
        => Context.Data.LoadFromEnumerable(rows.Select(r => new Row { Label = r.Label, Score = r.Score }).ToArray());

    [TestMethod]
    public void MetricsAgreeWithHandComputation()
    {
        // Errors 0, 1, 2; labels 1, 2, 3 vary by (−1)² + 0² + 1² = 2 about their mean.
        var metrics = Context.Regression.Evaluate(View((1, 1), (2, 3), (3, 5)));
        Assert.AreEqual(1, metrics.MeanAbsoluteError, 1e-12);
        Assert.AreEqual(5 / 3.0, metrics.MeanSquaredError, 1e-12);
        Assert.AreEqual(Math.Sqrt(5 / 3.0), metrics.RootMeanSquaredError, 1e-12);
        Assert.AreEqual(5 / 3.0, metrics.LossFunction, 1e-12);
        Assert.AreEqual(1 - 5 / 2.0, metrics.RSquared, 1e-12);
    }

    [TestMethod]
    public void RowsWithNaNAreLeftOut()
    {
        var metrics = Context.Regression.Evaluate(View((1, 1), (float.NaN, 7), (2, 3), (9, float.NaN), (3, 5)));
        Assert.AreEqual(1, metrics.MeanAbsoluteError, 1e-12);
        Assert.AreEqual(-1.5, metrics.RSquared, 1e-12);
    }

    [TestMethod]
    public void SumsAreKeptInTheSamePrecision()
    {
        var metrics = Context.Regression.Evaluate(View((0.1f, 0.3f), (0.7f, 0.2f), (1.3f, 1.1f)));
        Assert.AreEqual((Squared(0.3f, 0.1f) + Squared(0.2f, 0.7f) + Squared(1.1f, 1.3f)) / 3.0, metrics.LossFunction);

        static double Squared(float a, float b)
        {
            var difference = a - b;
            return difference * difference;
        }
    }

    [TestMethod]
    public void EqualLabelsHaveNoRSquared() => Assert.AreEqual(double.NaN, Context.Regression.Evaluate(View((2, 1), (2, 4))).RSquared);

    [TestMethod]
    public void NoUsableRowGivesZeros()
    {
        var metrics = Context.Regression.Evaluate(View((float.NaN, 1)));
        Assert.AreEqual(0, metrics.MeanSquaredError);
        Assert.AreEqual(0, metrics.RootMeanSquaredError);
        Assert.AreEqual(0, metrics.RSquared);
    }

    [TestMethod]
    public void ColumnsCanHaveOtherNames()
        => Assert.AreEqual(4, Context.Regression.Evaluate(View((1, 3)), labelColumnName: "Score", scoreColumnName: "Label").MeanSquaredError);

    [TestMethod]
    [DataRow("Gone", "Score", "Gone")]
    [DataRow("Label", "Gone", "Gone")]
    [DataRow("Wide", "Score", "label column 'Wide': expected Single, got Double")]
    [DataRow("Label", "Wide", "score column 'Wide': expected Single, got Double")]
    [DataRow("", "Score", "labelColumnName")]
    [DataRow("Label", null, "scoreColumnName")]
    public void WrongColumnsAreNamed(string label, string? score, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Regression.Evaluate(View((1, 1)), label, score));
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void NoDataIsRefused() => Assert.ThrowsExactly<ArgumentNullException>(() => Context.Regression.Evaluate(null));
}
