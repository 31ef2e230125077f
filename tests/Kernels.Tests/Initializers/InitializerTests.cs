namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Initialisers: mean, variance and bounds of what they draw.</summary>
[TestClass]
public sealed class InitializerTests
{
    private const int Count = 40_000;

    private static IEnumerable<object[]> Cases => Families.InitializerCases;

    /// <summary>Mean 0 and the variance of the paper; uniform ones keep within their limit, normal ones go beyond two deviations.</summary>
    [TestMethod]
    [DataRow("glorot-uniform", 2.0 / (300 + 100), true)]
    [DataRow("glorot-normal", 2.0 / (300 + 100), false)]
    [DataRow("he-uniform", 2.0 / 300, true)]
    [DataRow("he-normal", 2.0 / 300, false)]
    [DataRow("lecun-uniform", 1.0 / 300, true)]
    [DataRow("lecun-normal", 1.0 / 300, false)]
    [DataRow("pytorch-uniform", 1.0 / 900, true)]
    [DataRow("uniform", 0.1 * 0.1 / 12, true)]
    [DataRow("normal", 0.05 * 0.05, false)]
    public void MeanVarianceAndBounds(string name, double variance, bool uniform)
    {
        double[] values = new double[Count];
        Initializers.Create(name).Fill<double>(values, 300, 100, new RandomSource(7));

        double deviation = Math.Sqrt(variance);
        double mean = values.Average();
        double largest = values.Max(Math.Abs);

        // Five standard errors of the mean and of the variance.
        Assert.AreEqual(0, mean, 5 * deviation / Math.Sqrt(Count));
        Assert.AreEqual(variance, values.Average(v => v * v), 5 * Math.Sqrt(2) * variance / Math.Sqrt(Count));
        if (uniform)
        {
            double limit = Math.Sqrt(3) * deviation;
            Assert.IsInRange(0.999 * limit, limit * (1 + 1e-12), largest);
        }
        else
        {
            Assert.IsInRange(3.5 * deviation, 6 * deviation, largest);
        }
    }

    /// <summary>The same seed gives the same numbers in float and double, and another seed others.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void SeedDecides(Initializer initializer)
    {
        double[] values = new double[100];
        float[] single = new float[100];
        double[] other = new double[100];
        initializer.Fill<double>(values, 10, 10, new RandomSource(1));
        initializer.Fill<float>(single, 10, 10, new RandomSource(1));
        initializer.Fill<double>(other, 10, 10, new RandomSource(2));

        CollectionAssert.AreEqual(Array.ConvertAll(values, v => (float)v), single);
        Assert.AreEqual(initializer is Zeros or Constant, values.SequenceEqual(other));
    }

    /// <summary>Settings arrive.</summary>
    [TestMethod]
    public void SettingsAreUsed()
    {
        double[] values = new double[1000];
        new Uniform(2, 3).Fill<double>(values, 1, 1, new RandomSource(1));
        Assert.IsTrue(values.All(v => v is >= 2 and <= 3));
        Assert.AreEqual(2.5, values.Average(), 0.05);

        new Normal(10, 2).Fill<double>(values, 1, 1, new RandomSource(1));
        Assert.AreEqual(10, values.Average(), 0.3);

        new Constant(0.25).Fill<double>(values, 1, 1, new RandomSource(1));
        Assert.IsTrue(values.All(v => v == 0.25));

        new Zeros().Fill<double>(values, 1, 1, new RandomSource(1));
        Assert.IsTrue(values.All(v => v == 0));
    }

    /// <summary>Illegal settings are named.</summary>
    [TestMethod]
    public void SettingsAreChecked()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Uniform(1, 0).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Uniform(double.NaN, 0).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Uniform(-double.MaxValue, double.MaxValue).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Normal(0, -1).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Normal(double.PositiveInfinity, 1).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Constant(double.NaN).Validate);
    }
}
