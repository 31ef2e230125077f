namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>erf in double against the tables of M. Abramowitz and I. Stegun (7.1) and further digits of its series.</summary>
[TestClass]
public sealed class ErrorFunctionTests
{
    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(1e-300, 1.1283791670955126e-300)]
    [DataRow(0.1, 0.1124629160182849)]
    [DataRow(0.5, 0.5204998778130465)]
    [DataRow(1.0, 0.8427007929497149)]
    [DataRow(1.5, 0.9661051464753108)]
    [DataRow(1.9999, 0.9953201979070294)]
    [DataRow(2.0, 0.9953222650189527)]
    [DataRow(2.5, 0.9995930479825550)]
    [DataRow(4.0, 0.9999999845827421)]
    [DataRow(6.0, 1.0)]
    [DataRow(double.PositiveInfinity, 1.0)]
    public void KnownValues(double x, double expected)
    {
        Assert.AreEqual(expected, ErrorFunction.Erf(x), 3e-16 * expected);
        Assert.AreEqual(-expected, ErrorFunction.Erf(-x), 3e-16 * expected);
    }

    [TestMethod]
    public void NaNStaysNaN() => Assert.IsTrue(double.IsNaN(ErrorFunction.Erf(double.NaN)));
}
