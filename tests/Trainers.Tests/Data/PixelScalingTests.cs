namespace MLNet.GradientTrainers.Tests.Data;

[TestClass]
public sealed class PixelScalingTests
{
    [TestMethod]
    public void EveryByteAndLengthFollowsTheFormulaBitForBit()
    {
        PixelScaling[] scalings = [PixelScaling.Raw, PixelScaling.ZeroToOne, PixelScaling.Mnist, PixelScaling.Standardize(-0.25f, 2)];
        foreach (PixelScaling scaling in scalings)
        {
            foreach (int length in new[] { 0, 1, 15, 31, 32, 33, 64, 67, 256 })
            {
                byte[] pixels = [.. Enumerable.Range(0, length).Select(i => (byte)(255 - i))];
                var values = new float[length];
                scaling.Convert(pixels, values);
                for (int i = 0; i < length; i++)
                {
                    float scaled = pixels[i] / scaling.Divisor;
                    Assert.AreEqual((scaled - scaling.Mean) / scaling.StandardDeviation, values[i], $"{scaling}, {i} of {length}");
                }
            }
        }
    }

    [TestMethod]
    public void MnistConstantsSpanTheKnownRange()
    {
        var values = new float[2];
        PixelScaling.Mnist.Convert([0, 255], values);
        Assert.AreEqual(-0.4242f, values[0], 5e-5f);
        Assert.AreEqual(2.8215f, values[1], 5e-5f);
    }

    [TestMethod]
    [DataRow(float.NaN, 1f)]
    [DataRow(float.PositiveInfinity, 1f)]
    [DataRow(0f, 0f)]
    [DataRow(0f, -1f)]
    [DataRow(0f, float.NaN)]
    public void ConstantsOutOfRangeAreRefused(float mean, float standardDeviation)
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PixelScaling.Standardize(mean, standardDeviation));
    }
}
