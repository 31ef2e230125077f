namespace MLNet.GradientTrainers.Tests.Reading;

[TestClass]
public sealed class FiniteRowsTests
{
    /// <summary>Wherever it stands: in one of the sums that are taken side by side, in the last lanes, or behind them.</summary>
    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void OneNumberThatIsNoneIsFoundAnywhere(float bad)
    {
        for (int width = 0; width <= 150; width++)
        {
            float[] row = [.. Enumerable.Range(0, width).Select(j => j % 2 == 0 ? float.MaxValue : -float.MaxValue)];
            Assert.IsTrue(FeatureRowsBuilder.IsFinite(row), $"{width} numbers");
            for (int j = 0; j < width; j++)
            {
                float good = row[j];
                row[j] = bad;
                Assert.IsFalse(FeatureRowsBuilder.IsFinite(row), $"number {j} of {width}");
                row[j] = good;
            }
        }
    }
}
