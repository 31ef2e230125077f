namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Activations that write over their input, where nobody reads it again.</summary>
[TestClass]
public sealed class InPlaceTests
{
    private static readonly TensorShape Image = new(2, 6, 6);

    public static IEnumerable<object[]> Cases =>
    [
        [new Layer[] { new Convolution2D(3, 3), new ActivationLayer(new ReLU()) }, true],
        [new Layer[] { new Convolution2D(3, 3, activation: new Tanh()), new ActivationLayer(new ReLU()) }, false],
        [new Layer[] { new BatchNormalization(), new ActivationLayer(new Tanh()) }, true],
        [new Layer[] { new BatchNormalization(), new ActivationLayer(new GELU()) }, false],
        [new Layer[] { new MaxPooling2D(2), new ActivationLayer(new ReLU()) }, false],
        [new Layer[] { new AveragePooling2D(2), new ActivationLayer(new Sigmoid()) }, true],
        [new Layer[] { new ActivationLayer(new Tanh()), new ActivationLayer(new ReLU()) }, false],
        [new Layer[] { new Residual([new BatchNormalization()]), new ActivationLayer(new ReLU()) }, false],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void OnlyWhereTheBackwardPassReadsNeither(Layer[] layers, bool expected) => Assert.AreEqual(expected, LayerChain.InPlace(layers, 1), layers[0].Name);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void TheGradientIsTheSameAsWithALayerBetween(Layer[] layers, bool inPlace)
    {
        // The largest of one number keeps the two apart.
        double[] apart = Gradients([layers[0], new MaxPooling2D(1), layers[1]]);
        CollectionAssert.AreEqual(apart, Gradients(layers), inPlace ? "in place" : "");
    }

    [TestMethod]
    public void ItTakesLessMemory()
    {
        NetworkDefinition apart = new(Image, [new BatchNormalization(), new MaxPooling2D(1), new ActivationLayer(new ReLU())]);
        NetworkDefinition together = new(Image, [new BatchNormalization(), new ActivationLayer(new ReLU())]);
        Assert.AreEqual(2 * Image.Size, LayerChain.Kept(apart.Layers, apart.Shapes) - LayerChain.Kept(together.Layers, together.Shapes));
    }

    private static double[] Gradients(IReadOnlyList<Layer> layers)
    {
        const int Rows = 3;
        NetworkDefinition definition = new(Image, layers);
        using ReferenceBackend<double> backend = new();
        using Network<double> network = new(definition, backend, Rows, training: true, inputGradient: true);
        network.Load(NetworkWeights.Initialize(definition, 1));
        network.Forward(backend.Tensor(TestTensors.Gaussians(Rows * Image.Size, 1)), Rows, training: true, key: 1);
        network.Backward(backend.Tensor(TestTensors.Gaussians(Rows * definition.OutputShape.Size, 2)), Rows);
        return [.. backend.Values(network.InputGradient), .. backend.Values(network.Gradients)];
    }
}
