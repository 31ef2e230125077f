using System.Text;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Descriptions survive the round trip through JSON, and nothing else does.</summary>
[TestClass]
public sealed class DescriptionJsonTests
{
    /// <summary>Every registered description comes back equal.</summary>
    [TestMethod]
    public void RoundTripOfAll()
    {
        foreach (Activation member in Activations.All)
        {
            RoundTrip(member);
        }

        foreach (Initializer member in Initializers.All)
        {
            RoundTrip(member);
        }

        foreach (Layer member in Layers.All)
        {
            RoundTrip(member);
        }

        foreach (LearningRateSchedule member in Schedules.All)
        {
            RoundTrip(member);
        }

        foreach (Loss member in Losses.All)
        {
            RoundTrip(member);
        }

        foreach (Optimizer member in Optimizers.All)
        {
            RoundTrip(member);
        }
    }

    /// <summary>Settings come back too.</summary>
    [TestMethod]
    public void RoundTripOfSettings()
    {
        RoundTrip<Layer>(new Dense(17, new LeakyReLU(0.3), useBias: false, new Uniform(-1.0 / 3, 1.0 / 3), new Constant(1e-300)));
        RoundTrip<Layer>(new ActivationLayer(new GELU(Approximate: true)));
        RoundTrip<Layer>(new Dropout(0.1));
        RoundTrip<Layer>(new Convolution2D(8, (5, 3), (2, 1), (2, 0), (1, 3), 4, new ReLU(), false, new HeNormal(), new Constant(1)));
        RoundTrip<Layer>(new AveragePooling2D(3, 2, 1, countPadding: false));
        RoundTrip<Layer>(new BatchNormalization(0.3, 0.01));
        RoundTrip<Layer>(new Residual([new Convolution2D(2, 3), new Residual([new Dropout(0.1)])], [new MaxPooling2D(3, 1)], new Tanh()));
        RoundTrip<Loss>(new SoftmaxCrossEntropy { LabelSmoothing = 0.1, Reduction = Reduction.Sum });
        RoundTrip<LearningRateSchedule>(new CosineAnnealing { WarmUpEpochs = 0.5, CycleEpochs = 3, CycleGrowth = 2, FinalFraction = 0.01 });
        RoundTrip<Loss>(new Quantile(0.9) { Reduction = Reduction.Sum });
        RoundTrip<Loss>(new Poisson { LogInput = false, Epsilon = 1e-3 });
        RoundTrip<Optimizer>(new AdamW { WeightDecay = 0 });
        RoundTrip<Optimizer>(new Sgd { LearningRate = 0.1, Momentum = 0.9, Nesterov = true, WeightDecay = 1e-4 });
        RoundTrip<Optimizer>(new Adam { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-7 });
    }

    /// <summary>The text is stable: it is in model files.</summary>
    [TestMethod]
    public void TextIsAsDocumented()
    {
        Assert.AreEqual("""{"kind":"leaky-relu","slope":0.01}""", DescriptionJson.Serialize<Activation>(new LeakyReLU()));
        Assert.AreEqual("""{"kind":"mean-squared-error","reduction":"mean"}""", DescriptionJson.Serialize<Loss>(new MeanSquaredError()));
        Assert.AreEqual(
            """{"kind":"dense","units":2,"activation":{"kind":"relu"},"useBias":true,"weightInitializer":{"kind":"he-normal"},"biasInitializer":{"kind":"zeros"}}""",
            DescriptionJson.Serialize<Layer>(new Dense(2, new ReLU(), weightInitializer: new HeNormal())));
        Assert.AreEqual(
            """{"kind":"residual","layers":[{"kind":"max-pooling-2d","kernel":{"height":2,"width":3},"stride":{"height":1,"width":1},"padding":{"height":0,"width":0}}],"projection":[],"activation":{"kind":"identity"}}""",
            DescriptionJson.Serialize<Layer>(new Residual([new MaxPooling2D((2, 3), 1)])));
    }

    /// <summary>Left-out settings take their defaults, and the order of members does not matter.</summary>
    [TestMethod]
    public void DefaultsFillIn()
    {
        Assert.AreEqual(new Dense(3), DescriptionJson.Deserialize<Layer>("""{"units":3,"kind":"dense"}""", "layer"));
        Assert.AreEqual(
            new Convolution2D(3, 5),
            DescriptionJson.Deserialize<Layer>("""{"kind":"convolution-2d","filters":3,"kernel":{"height":5,"width":5}}""", "layer"));
        Assert.AreEqual(new MaxPooling2D(2, 2), DescriptionJson.Deserialize<Layer>("""{"kind":"max-pooling-2d","kernel":{"height":2,"width":2}}""", "layer"));
        Assert.AreEqual(new LeakyReLU(0.01), DescriptionJson.Deserialize<Activation>("""{"kind":"leaky-relu"}""", "activation"));
    }

    /// <summary>What can't be read is refused with its reason.</summary>
    [TestMethod]
    [DataRow("", "can't be read")]
    [DataRow("null", "is null")]
    [DataRow("7", "The layer must be an object such as {\"kind\":\"dense\"}")]
    [DataRow("[]", "The layer must be an object")]
    [DataRow("{}", "The layer has no \"kind\"")]
    [DataRow("""{"kind":7}""", "The layer has no \"kind\"")]
    [DataRow("""{"kind":"dance"}""", "There is no layer 'dance'. Known are: dense, activation, dropout, softmax")]
    [DataRow("""{"kind":"dense"}""", "Units of dense is 0, but it must be at least 1")]
    [DataRow("""{"kind":"dense","units":-1}""", "Units of dense is -1")]
    [DataRow("""{"kind":"dense","units":"many"}""", "layer dense: ")]
    [DataRow("""{"kind":"dense","units":99999999999}""", "layer dense: ")]
    [DataRow("""{"kind":"dense","unitz":1}""", "unitz")]
    [DataRow("""{"kind":"dense","units":1,"units":2}""", "units")]
    [DataRow("""{"kind":"dense","units":1,"activation":{"kind":"rellu"}}""", "layer dense: There is no activation 'rellu'. Known are: identity, relu")]
    [DataRow("""{"kind":"dense","units":1,"activation":{"kind":"leaky-relu","slope":-1}}""", "activation leaky-relu: Slope of leaky-relu is -1")]
    [DataRow("""{"kind":"activation"}""", "Activation of an activation layer is missing")]
    [DataRow("""{"kind":"dropout","rate":1}""", "Rate of dropout is 1, but it must be in [0, 1)")]
    [DataRow("""{"kind":"dropout","rate":1e999}""", "layer dropout: ")]
    [DataRow("""{"kind":"softmax"} x""", "can't be read")]
    public void BadTextIsRefused(string json, string message)
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(() => DescriptionJson.Deserialize<Layer>(json, "layer"));
        StringAssert.Contains(e.Message, message);
    }

    /// <summary>An enum is written by name only.</summary>
    [TestMethod]
    [DataRow("""{"kind":"mean-squared-error","reduction":1}""")]
    [DataRow("""{"kind":"mean-squared-error","reduction":"average"}""")]
    public void BadReductionIsRefused(string json) =>
        Assert.ThrowsExactly<FormatException>(() => DescriptionJson.Deserialize<Loss>(json, "loss"));

    /// <summary>What could not be read back is not written.</summary>
    [TestMethod]
    public void UnregisteredIsNotWritten()
    {
        NotSupportedException e = Assert.ThrowsExactly<NotSupportedException>(() => DescriptionJson.Serialize<Activation>(new SquareActivation()));
        StringAssert.Contains(e.Message, "The activation 'square' (SquareActivation) is not in the registry");
    }

    /// <summary>Thousands of damaged texts: each is read or refused, none fails otherwise.</summary>
    [TestMethod]
    public void DamagedTextNeverFailsOtherwise()
    {
        string text = DescriptionJson.Serialize<Layer>(new Dense(17, new LeakyReLU(0.3), useBias: false, new Uniform(-1, 1), new Constant(1)));
        byte[] original = Encoding.UTF8.GetBytes(text);
        RandomSource random = new(42);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = (byte[])original.Clone();
            for (int n = random.NextInt32(4); n >= 0; n--)
            {
                damaged[random.NextInt32(damaged.Length)] = (byte)random.NextInt32(256);
            }

            int length = random.NextInt32(4) == 0 ? random.NextInt32(damaged.Length) : damaged.Length;
            try
            {
                DescriptionJson.Deserialize<Layer>(Encoding.UTF8.GetString(damaged, 0, length), "layer").Validate();
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(2000, refused);
    }

    /// <summary>Nesting without end is refused, not followed.</summary>
    [TestMethod]
    public void DeepNestingIsRefused()
    {
        string json = string.Concat(Enumerable.Repeat("""{"kind":"activation","activation":""", 10_000));
        Assert.ThrowsExactly<FormatException>(() => DescriptionJson.Deserialize<Layer>(json, "layer"));
    }

    private static void RoundTrip<T>(T description)
        where T : class
    {
        T read = DescriptionJson.Deserialize<T>(DescriptionJson.Serialize(description), "description");
        Assert.AreEqual(description, read);
        Assert.AreEqual(description.GetType(), read.GetType());
    }
}
