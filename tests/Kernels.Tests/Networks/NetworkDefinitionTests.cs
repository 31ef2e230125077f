namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class NetworkDefinitionTests
{
    [TestMethod]
    public void InfersShapesAndPlacesParameters()
    {
        NetworkDefinition network = Sample();
        CollectionAssert.AreEqual(new[] { 5, 7, 7, 3 }, network.Shapes.Select(s => s.Size).ToArray());
        Assert.AreEqual((5 * 7) + 7 + (7 * 3) + 3, network.ParameterCount);
        CollectionAssert.AreEqual(new[] { 0, 48, 64, 96 }, network.Parameters.Select(p => p.Offset).ToArray());
        CollectionAssert.AreEqual(new[] { 35, 7, 21, 3 }, network.Parameters.Select(p => p.Length).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 0, 2, 2 }, network.Parameters.Select(p => p.Layer).ToArray());
        Assert.AreEqual(112, network.ParameterLength);
        Assert.AreEqual("[5] → dense [7] → dropout [7] → dense [3]", network.ToString());
    }

    [TestMethod]
    public void Errors_NameTheLayer()
    {
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(4), [new Dense(3), new Dropout(1.5)]));
        StringAssert.StartsWith(e.Message, "Layer 2 of 2 (dropout), with input [3]: ");
        e = Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(3, 8, 8), [new Dense(3)]));
        StringAssert.StartsWith(e.Message, "Layer 1 of 1 (dense), with input [3, 8, 8]: ");
        StringAssert.Contains(e.Message, "Flatten");
        Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(3), []));
        Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(3), [null!]));
    }

    [TestMethod]
    public void RefusesTooManyWeights()
    {
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(1 << 20), [new Dense(1 << 20)]));
        StringAssert.Contains(e.Message, "weight");
    }

    [TestMethod]
    public void Json_RoundTrips()
    {
        NetworkDefinition network = Sample();
        NetworkDefinition read = NetworkDefinition.FromJson(network.ToJson());
        Assert.AreEqual(network, read);
        Assert.AreEqual(network.GetHashCode(), read.GetHashCode());
        Assert.AreEqual(network.ToJson(), read.ToJson());
        StringAssert.StartsWith(network.ToJson(), """{"format":1,"input":[5],"layers":[{"kind":"dense",""");
    }

    [TestMethod]
    public void Equality_SeesEverySetting()
    {
        Assert.AreNotEqual(Sample(), new NetworkDefinition(new TensorShape(5), [new Dense(7, new Tanh()), new Dropout(0.26), new Dense(3)]));
        Assert.AreNotEqual(Sample(), new NetworkDefinition(new TensorShape(6), [.. Sample().Layers]));
        Assert.AreNotEqual(Sample(), new NetworkDefinition(new TensorShape(5), [.. Sample().Layers, new Dense(3)]));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"format":1,"input":[5]}""")]
    [DataRow("""{"format":1,"layers":[{"kind":"dense","units":3}]}""")]
    [DataRow("""{"format":1,"input":[5],"layers":[]}""")]
    [DataRow("""{"format":1,"input":[5],"layers":[null]}""")]
    [DataRow("""{"format":1,"input":[0],"layers":[{"kind":"dropout","rate":0.5}]}""")]
    [DataRow("""{"format":1,"input":[5],"layers":[{"kind":"dropout","rate":2}]}""")]
    [DataRow("""{"format":1,"input":[5],"layers":[{"kind":"teleport"}]}""")]
    [DataRow("""{"format":1,"input":[5],"layers":[{"kind":"dropout","rate":0.5}],"more":1}""")]
    [DataRow("""{"format":1,"format":1,"input":[5],"layers":[{"kind":"dropout","rate":0.5}]}""")]
    [DataRow("""{"format":1,"input":[5],"layers":[{"kind":"dropout","rate":0.5}]""")]
    public void Json_ThatIsNoNetwork_IsAFormatException(string json) =>
        Assert.ThrowsExactly<FormatException>(() => NetworkDefinition.FromJson(json));

    [TestMethod]
    public void Json_OfANewerFormat_SaysSo()
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(
            () => NetworkDefinition.FromJson(Sample().ToJson().Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal)));
        StringAssert.Contains(e.Message, "format 2");
    }

    private static NetworkDefinition Sample() => new(new TensorShape(5), [new Dense(7, new Tanh()), new Dropout(0.25), new Dense(3)]);
}
