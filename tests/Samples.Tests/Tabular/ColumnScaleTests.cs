using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Tests.Tabular;

[TestClass]
public sealed class ColumnScaleTests
{
    [TestMethod]
    public void AColumnComesToMean0AndDeviation1AndBack()
    {
        ColumnScale scale = ColumnScale.Of([1, 3, 1, 3]);
        Assert.AreEqual(new ColumnScale(2, 1), scale);
        Assert.AreEqual(-1.0, scale.Scaled(1));
        Assert.AreEqual(3.0, scale.InUnits(1));
    }

    [TestMethod]
    public void RoundingIsNoDeviation()
    {
        // The mean of three tenths is not a tenth.
        ColumnScale scale = ColumnScale.Of([0.1, 0.1, 0.1]);
        Assert.AreEqual(0.0, scale.Deviation);
        Assert.AreEqual(1.0, scale.Width);
    }
}
