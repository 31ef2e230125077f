using Microsoft.ML;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Tests.Regression;

[TestClass]
public sealed class LinearFitTests
{
    /// <summary>The weights in the table's units say what the pipeline does, which scales the columns first; columns that never change too.</summary>
    [TestMethod]
    [DataRow("mixed")]
    [DataRow("constant")]
    [DataRow("zero")]
    public void TheModelInUnitsIsThatOfThePipeline(string kind)
    {
        double[][] rows = [.. Enumerable.Range(0, 20).Select(i => kind switch
        {
            "mixed" => new double[] { 2000 + i, 7, -1e-3 * i * i },
            "constant" => [5, -3, 1e4],
            _ => [0, 0, 0],
        })];
        var table = new RegressionTable("rows", ["a", "b", "c"], "y", rows, [.. Enumerable.Range(0, 20).Select(i => 3.0 + i)]);
        var mlContext = new MLContext(seed: 1);
        LinearFit fit = LinearFit.Of(mlContext, table, mlContext.Regression.Trainers.GradientDescent(learningRate: 0.01), scale: true);
        var model = fit.InUnits();
        double[] expected = fit.Predictions();
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.AreEqual(expected[i], model.Predict(rows[i]), 2e-3);
        }
    }
}
