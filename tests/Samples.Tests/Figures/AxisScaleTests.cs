using MLNet.GradientTrainers.Samples.Figures;

namespace MLNet.GradientTrainers.Samples.Tests.Figures;

[TestClass]
public sealed class AxisScaleTests
{
    [TestMethod]
    [DataRow(0.0, 1.0, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [DataRow(0.0, 0.123, 6, "0.00 0.02 0.04 0.06 0.08 0.10 0.12 0.14")]
    [DataRow(0.0, 2400.0, 6, "0 500 1,000 1,500 2,000 2,500")]
    [DataRow(-3.0, 4.0, 7, "-3 -2 -1 0 1 2 3 4")]
    [DataRow(0.0, 3e-6, 3, "0 1e-6 2e-6 3e-6")]
    [DataRow(7.0, 7.0, 4, "2 4 6 8 10 12")]
    [DataRow(0.0, 0.0, 4, "-1.0 -0.5 0.0 0.5 1.0")]
    public void TicksAreNiceNumbers(double minimum, double maximum, int ticks, string labels)
    {
        var scale = new AxisScale(minimum, maximum, 0, 100, ticks, widen: true);
        Assert.AreEqual(labels, string.Join(' ', scale.Ticks.Select(t => t.Label)));
        Assert.AreEqual(0, scale.Pixel(scale.Minimum), 1e-9);
        Assert.AreEqual(100, scale.Pixel(scale.Maximum), 1e-9);
    }

    [TestMethod]
    public void AnAxisThatIsNotWidenedEndsAtItsData()
    {
        var scale = new AxisScale(3, 87, 0, 84, 5, widen: false);
        Assert.AreEqual("20 40 60 80", string.Join(' ', scale.Ticks.Select(t => t.Label)));
        Assert.AreEqual(10, scale.Pixel(13), 1e-9);
    }

    [TestMethod]
    [DataRow(double.NaN, 1.0)]
    [DataRow(0.0, double.PositiveInfinity)]
    [DataRow(2.0, 1.0)]
    public void ARangeThatIsNoneIsRefused(double minimum, double maximum) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AxisScale(minimum, maximum, 0, 1, 5, widen: true));
}
