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

    /// <summary>WᵀW = gain² · I for tall weights, WWᵀ for wide ones, both for square ones; and no column prefers a direction.</summary>
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(7, 3)]
    [DataRow(3, 7)]
    [DataRow(33, 33)]
    [DataRow(150, 149)]
    [DataRow(1, 40)]
    public void OrthogonalIsOrthogonal(int inputs, int outputs)
    {
        double[] w = new double[inputs * outputs];
        new Orthogonal(Gain: 1.5).Fill<double>(w, inputs, outputs, new RandomSource(3));
        bool tall = inputs >= outputs;
        int count = Math.Min(inputs, outputs);
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                double inner = Enumerable.Range(0, Math.Max(inputs, outputs)).Sum(k =>
                    tall ? w[(k * outputs) + a] * w[(k * outputs) + b] : w[(a * outputs) + k] * w[(b * outputs) + k]);
                Assert.AreEqual(a == b ? 2.25 : 0, inner, 1e-13, $"{a}, {b}");
            }
        }
    }

    /// <summary>Every element of a random orthogonal matrix has mean 0 and mean square 1 / n.</summary>
    [TestMethod]
    public void OrthogonalPrefersNoDirection()
    {
        const int Size = 4;
        const int Draws = 4000;
        double[] sum = new double[Size * Size];
        double[] squares = new double[Size * Size];
        RandomSource random = new(5);
        for (int draw = 0; draw < Draws; draw++)
        {
            double[] w = new double[Size * Size];
            new Orthogonal().Fill<double>(w, Size, Size, random);
            for (int i = 0; i < w.Length; i++)
            {
                sum[i] += w[i] / Draws;
                squares[i] += w[i] * w[i] / Draws;
            }
        }

        // Five standard errors: the variance is 1/4, that of the square below 1/16.
        Assert.IsTrue(sum.All(mean => Math.Abs(mean) < 5 * 0.5 / Math.Sqrt(Draws)));
        Assert.IsTrue(squares.All(mean => Math.Abs(mean - 0.25) < 5 * 0.25 / Math.Sqrt(Draws)));
    }

    /// <summary>The weights of a convolution are filters × what each of them sees; a bias is no matrix.</summary>
    [TestMethod]
    public void OrthogonalInLayers()
    {
        NetworkWeights weights = NetworkWeights.Initialize(
            new NetworkDefinition(new TensorShape(3, 5, 5), [new Convolution2D(4, 2, weightInitializer: new Orthogonal())]), 1);
        float[] w = weights[0, "weight"].ToArray();
        for (int filter = 0; filter < 4; filter++)
        {
            Assert.AreEqual(1, Enumerable.Range(0, 12).Sum(k => w[(k * 4) + filter] * w[(k * 4) + filter]), 1e-6);
        }

        NetworkDefinition wrong = new(new TensorShape(3), [new Dense(4, biasInitializer: new Orthogonal())]);
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => NetworkWeights.Initialize(wrong, 1));
        StringAssert.Contains(e.Message, "matrices of fanIn = 3 rows, which a parameter of 4 numbers is not");
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
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Orthogonal(0).Validate);
    }
}
