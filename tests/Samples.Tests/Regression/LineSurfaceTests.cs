using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Tests.Regression;

[TestClass]
public sealed class LineSurfaceTests
{
    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(1.5, -2.0)]
    [DataRow(-3.0, 7.0)]
    public void ItIsTheErrorOverTheRows(double w, double b)
    {
        var table = new RegressionTable("", ["x"], "y", [[1], [2], [4], [9]], [3, 1, 8, 2]);
        var surface = new LineSurface(table);
        Assert.AreEqual(table.MeanSquaredError(x => (w * x[0]) + b), surface.At(w, b), 1e-10);
        Assert.AreEqual(table.MeanSquaredError(x => (w * (x[0] - 4)) + b), surface.AtHeight(w, b), 1e-10);
    }
}
