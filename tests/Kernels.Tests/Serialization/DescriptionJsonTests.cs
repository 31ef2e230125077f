using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Descriptions survive the round trip through JSON, and nothing else does.</summary>
[TestClass]
public sealed class DescriptionJsonTests
{
    private static readonly MethodInfo s_read = typeof(DescriptionJson).GetMethod(nameof(DescriptionJson.Deserialize))!;
    private static readonly IDescription[] s_all = [.. Activations.All, .. Initializers.All, .. Layers.All, .. Schedules.All, .. Losses.All, .. Optimizers.All];

    /// <summary>Every registered description comes back equal.</summary>
    [TestMethod]
    public void RoundTripOfAll()
    {
        foreach (IDescription member in s_all)
        {
            Assert.AreEqual(member, Read(member, Write(member)));
        }
    }

    /// <summary>No member may be left out or null, at any depth: a file that lost one would silently take the default.</summary>
    [TestMethod]
    public void EveryMemberMustBeThere()
    {
        int tried = 0;
        foreach (IDescription member in s_all)
        {
            foreach ((string path, string name) in Members(JsonNode.Parse(Write(member))!, ""))
            {
                foreach (bool remove in new[] { true, false })
                {
                    JsonNode json = JsonNode.Parse(Write(member))!;
                    JsonObject owner = (JsonObject)path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(json, (node, step) => node is JsonArray array ? array[int.Parse(step)]! : node[step]!);
                    _ = remove ? owner.Remove(name) : (owner[name] = null) is null;
                    FormatException e = Assert.ThrowsExactly<FormatException>(() => Read(member, json.ToJsonString()), json.ToJsonString());
                    StringAssert.Contains(e.Message, name);
                    tried++;
                }
            }
        }

        Assert.IsGreaterThan(150, tried);
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
        RoundTrip<Layer>(new PiecewiseLinearEncoding(16));
        RoundTrip<Layer>(new Ensemble([new Normalization(), new Residual([new Dense(2)]), new Ensemble([new Dropout(0.1)], 2)], 1024));
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
        Assert.AreEqual("""{"kind":"ensemble","layers":[{"kind":"normalization"}],"members":3}""", DescriptionJson.Serialize<Layer>(new Ensemble([new Normalization()], 3)));
    }

    /// <summary>The order of members does not matter.</summary>
    [TestMethod]
    public void MembersMayComeInAnyOrder() =>
        Assert.AreEqual(new LeakyReLU(0.25), DescriptionJson.Deserialize<Activation>("""{"slope":0.25,"kind":"leaky-relu"}""", "activation"));

    /// <summary>What can't be read is refused with its reason.</summary>
    [TestMethod]
    [DataRow("", "can't be read")]
    [DataRow("null", "is null")]
    [DataRow("7", "The layer must be an object such as {\"kind\":\"dense\"}")]
    [DataRow("[]", "The layer must be an object")]
    [DataRow("{}", "The layer has no \"kind\"")]
    [DataRow("""{"kind":7}""", "The layer has no \"kind\"")]
    [DataRow("""{"kind":"dance"}""", "There is no layer 'dance'. Known are: dense, activation, dropout, softmax")]
    [DataRow("""{"kind":"dense"}""", "'units'")]
    [DataRow("""{"kind":"dense","units":-1,"activation":{"kind":"relu"},"useBias":true,"weightInitializer":{"kind":"zeros"},"biasInitializer":{"kind":"zeros"}}""", "Units of dense is -1")]
    [DataRow("""{"kind":"dense","units":"many"}""", "layer dense: ")]
    [DataRow("""{"kind":"dense","units":99999999999}""", "layer dense: ")]
    [DataRow("""{"kind":"dense","unitz":1}""", "unitz")]
    [DataRow("""{"kind":"dense","units":1,"units":2}""", "units")]
    [DataRow("""{"kind":"dense","units":1,"activation":{"kind":"rellu"}}""", "layer dense: There is no activation 'rellu'. Known are: identity, relu")]
    [DataRow("""{"kind":"dense","units":1,"activation":{"kind":"leaky-relu","slope":-1}}""", "activation leaky-relu: Slope of leaky-relu is -1")]
    [DataRow("""{"kind":"activation"}""", "'activation'")]
    [DataRow("""{"kind":"dropout","rate":1}""", "Rate of dropout is 1, but it must be in [0, 1)")]
    [DataRow("""{"kind":"dropout","rate":1e999}""", "layer dropout: ")]
    [DataRow("""{"kind":"softmax"} x""", "can't be read")]
    [DataRow("""{"kind":"ensemble","layers":[],"members":2}""", "needs at least one layer inside")]
    [DataRow("""{"kind":"ensemble","layers":[null],"members":2}""", "null")]
    [DataRow("""{"kind":"ensemble","layers":[{"kind":"normalization"}],"members":0}""", "Members of ensemble is 0")]
    [DataRow("""{"kind":"ensemble","layers":[{"kind":"normalization"}],"members":2147483647}""", "Members of ensemble is 2147483647")]
    [DataRow("""{"kind":"ensemble","layers":[{"kind":"normalization"}],"members":2147483648}""", "layer ensemble: ")]
    [DataRow("""{"kind":"ensemble","layers":[{"kind":"ensemble","layers":[],"members":2}],"members":2}""", "needs at least one layer inside")]
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
        string text = DescriptionJson.Serialize<Layer>(new Ensemble([new Dense(17, new LeakyReLU(0.3), useBias: false, new Uniform(-1, 1), new Constant(1))], 3));
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

    private static string Write(IDescription description) => JsonSerializer.Serialize(description, Family(description), DescriptionJson.Options);

    private static object Read(IDescription description, string json) => s_read.MakeGenericMethod(Family(description)).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [json, "description"], null)!;

    /// <summary>The type that its family's converter knows.</summary>
    private static Type Family(IDescription description)
    {
        Type type = description.GetType();
        while (type.BaseType != typeof(object))
        {
            type = type.BaseType!;
        }

        return type;
    }

    /// <summary>All members of all objects in a text, but the kinds, with the way to the object.</summary>
    private static IEnumerable<(string Path, string Name)> Members(JsonNode? node, string path) => node switch
    {
        JsonObject o => o.Where(m => m.Key != "kind").Select(m => (path, m.Key)).Concat(o.SelectMany(m => Members(m.Value, $"{path}/{m.Key}"))),
        JsonArray a => a.SelectMany((item, i) => Members(item, $"{path}/{i}")),
        _ => [],
    };

    private static void RoundTrip<T>(T description)
        where T : class
    {
        T read = DescriptionJson.Deserialize<T>(DescriptionJson.Serialize(description), "description");
        Assert.AreEqual(description, read);
        Assert.AreEqual(description.GetType(), read.GetType());
    }
}
