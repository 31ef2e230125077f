using MLNet.GradientTrainers.Samples.Figures;

namespace MLNet.GradientTrainers.Samples.Tests.Figures;

[TestClass]
public sealed class LogScaleTests
{
    [TestMethod]
    [DataRow(0.003, 45.0, 6, "0.01 0.1 1 10", 0.002, 50.0)]
    [DataRow(1.0, 1e5, 6, "1 10 100 1,000 10,000 1e5", 1.0, 1e5)]
    [DataRow(2e-9, 3.0, 4, "1e-8 1e-6 1e-4 0.01 1", 2e-9, 5.0)]
    public void TicksArePowersOfTen(double minimum, double maximum, int ticks, string labels, double low, double high)
    {
        var scale = new LogScale(minimum, maximum, 0, 100, ticks, widen: true);
        Assert.AreEqual(labels, string.Join(' ', scale.Ticks.Select(t => t.Label)));
        Assert.AreEqual(low, scale.Minimum, 1e-9 * low);
        Assert.AreEqual(high, scale.Maximum, 1e-9 * high);
        Assert.AreEqual(0, scale.Pixel(scale.Minimum), 1e-9);
        Assert.AreEqual(100, scale.Pixel(scale.Maximum), 1e-9);
        Assert.AreEqual(50, scale.Pixel(Math.Sqrt(scale.Minimum * scale.Maximum)), 1e-9);
    }

    [TestMethod]
    public void AnAxisThatIsNotWidenedEndsAtItsData()
    {
        var scale = new LogScale(3, 700, 0, 100, 5, widen: false);
        Assert.AreEqual((3.0, 700.0), (scale.Minimum, scale.Maximum));
        Assert.AreEqual("10 100", string.Join(' ', scale.Ticks.Select(t => t.Label)));
    }

    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(-1.0, 1.0)]
    [DataRow(1.0, double.PositiveInfinity)]
    [DataRow(2.0, 2.0)]
    [DataRow(double.NaN, 2.0)]
    public void ARangeWithoutALogarithmIsRefused(double minimum, double maximum) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LogScale(minimum, maximum, 0, 1, 5, widen: true));
}
