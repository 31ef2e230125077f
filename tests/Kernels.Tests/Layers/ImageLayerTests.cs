namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Layers for images: shapes, costs, errors, spatial dropout, blocks with a skip connection.</summary>
[TestClass]
public sealed class ImageLayerTests
{
    [TestMethod]
    public void ConvolutionShapesAndCosts()
    {
        TensorShape input = new(3, 32, 32);
        Convolution2D same = new(32, 5, padding: 2);
        Assert.AreEqual(new TensorShape(32, 32, 32), same.OutputShape(input));
        Assert.AreEqual(5L * 5 * 3 * 32 * 32 * 32, same.MultiplyAdds(input));
        CollectionAssert.AreEqual(new[] { 5, 5, 3, 32 }, same.Parameters(input)[0].Dimensions.ToArray());
        Assert.AreEqual((75, 800), (same.Parameters(input)[0].FanIn, same.Parameters(input)[0].FanOut));
        Assert.AreEqual(new TensorShape(8, 15, 30), new Convolution2D(8, (3, 2), stride: (2, 1), dilation: (1, 2)).OutputShape(input));

        Convolution2D depthwise = new(6, 3, stride: 2, padding: 1, groups: 3, useBias: false);
        Assert.AreEqual(new TensorShape(6, 16, 16), depthwise.OutputShape(input));
        Assert.AreEqual(9L * 6 * 16 * 16, depthwise.MultiplyAdds(input));
        Assert.HasCount(1, depthwise.Parameters(input));
        CollectionAssert.AreEqual(new[] { 3, 3, 1, 6 }, depthwise.Parameters(input)[0].Dimensions.ToArray());
    }

    [TestMethod]
    public void OtherShapes()
    {
        TensorShape input = new(3, 9, 8);
        Assert.AreEqual(new TensorShape(3, 4, 4), new MaxPooling2D(2).OutputShape(input));
        Assert.AreEqual(new TensorShape(3, 5, 4), new AveragePooling2D(3, stride: 2, padding: 1).OutputShape(input));
        Assert.AreEqual(new TensorShape(3), new GlobalAveragePooling2D().OutputShape(input));
        Assert.AreEqual(new TensorShape(216), new Flatten().OutputShape(input));
        Assert.AreEqual(input, new BatchNormalization().OutputShape(input));
        Assert.AreEqual(new TensorShape(8, 5, 4), new Residual([new Convolution2D(8, 3, 2, 1)], [new Convolution2D(8, 1, 2)]).OutputShape(input));
    }

    /// <summary>An error names the layer, its input shape and the mend.</summary>
    [TestMethod]
    public void ErrorsNameTheMend()
    {
        Refuses(new TensorShape(784), new Convolution2D(1, 3), "convolution-2d), with input [784]", "Give the network an input shape such as [1, 28, 28]");
        Refuses(new TensorShape(3, 4, 4), new Convolution2D(8, 5), "convolution-2d), with input [3, 4, 4]", "kernel 5×5 is larger than its input [3, 4, 4] with padding 0×0. Use a smaller kernel, more padding");
        Refuses(new TensorShape(3, 4, 4), new Convolution2D(8, 100_000, padding: 50_000), "convolution-2d), with input [3, 4, 4]", "Use a smaller kernel");
        Refuses(new TensorShape(3, 4, 4), new Convolution2D(8, 2, dilation: 4), "kernel 2×2 with dilation 4×4");
        Refuses(new TensorShape(3, 4, 4), new Convolution2D(8, 3, groups: 2), "2 groups, which do not divide the 3 channels", "1, or 3 for a depthwise convolution");
        Refuses(new TensorShape(3, 4, 4), new MaxPooling2D(5), "max-pooling-2d), with input [3, 4, 4]", "kernel 5×5 is larger");
        Refuses(new TensorShape(12), new SpatialDropout(), "takes images of the shape [channels, height, width]");
        Refuses(new TensorShape(3, 4), new BatchNormalization(), "Flatten it first");
        Refuses(
            new TensorShape(3, 4, 4),
            new Residual([new Convolution2D(8, 3, stride: 2, padding: 1)]),
            "gives [8, 2, 2], but its skip connection gives [3, 4, 4]",
            "Give a projection such as Convolution2D(8, 1) with the stride that takes 4×4 to 2×2");
        Refuses(new TensorShape(3, 4, 4), new Residual([new Flatten(), new Convolution2D(1, 1)]), "in its layers, layer 2 of 2 (convolution-2d), with input [48]");
        Refuses(new TensorShape(3, 4, 4), new Residual([]), "needs at least one layer inside");
        Refuses(new TensorShape(3, 4, 4), new Residual([new Residual([])]), "needs at least one layer inside");
    }

    [TestMethod]
    public void SettingsAreChecked()
    {
        foreach (Layer layer in new Layer[]
        {
            new Convolution2D(0, 3), new Convolution2D(1, 0), new Convolution2D(1, (3, 0)), new Convolution2D(1, 3, stride: (0, 1)), new Convolution2D(1, 3, padding: -1),
            new Convolution2D(1, 3, dilation: (1, 0)), new Convolution2D(1, 3, groups: 0), new Convolution2D(3, 3, groups: 2), new MaxPooling2D(0), new MaxPooling2D(2, (0, 1)),
            new MaxPooling2D(2, padding: 2), new AveragePooling2D((3, 1), padding: 1), new BatchNormalization(0), new BatchNormalization(1.1), new BatchNormalization(0.1, 0),
            new LayerNormalization(0), new SpatialDropout(1), new Residual([new Dropout(2)]),
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(layer.Validate, layer.ToString());
        }

        Assert.ThrowsExactly<ArgumentException>(new Residual([null!]).Validate);
    }

    /// <summary>A 1 × 3 × 3 image and one 2 × 2 filter, by hand: a correlation, not a flipped convolution.</summary>
    [TestMethod]
    public void ConvolutionByHand()
    {
        LayerHarness layer = new(new Convolution2D(1, 2), new TensorShape(1, 3, 3), 1);
        layer.SetParameter(0, 1, 2, 3, 4);
        layer.SetParameter(1, 0.5);

        // 1·1 + 2·2 + 3·4 + 4·5 + ½ = 37½, and so on.
        TestTensors.AreClose([37.5, 47.5, 67.5, 77.5], layer.Forward(1, 2, 3, 4, 5, 6, 7, 8, 9), 1e-15);
        layer.Backward(1, 0, 0, -1);
        TestTensors.AreClose([-4, -4, -4, -4], layer.Values(layer.Pass.ParameterGradients[0]), 1e-15);
        TestTensors.AreClose([0], layer.Values(layer.Pass.ParameterGradients[1]), 1e-15);
        TestTensors.AreClose([1, 2, 0, 3, 3, -2, 0, -3, -4], layer.Values(layer.Pass.InputGradient), 1e-15);
    }

    /// <summary>Of equal elements the first one gets the gradient; overlapping windows add.</summary>
    [TestMethod]
    public void MaxPoolingOfEqualElements()
    {
        LayerHarness layer = new(new MaxPooling2D((1, 2), stride: 1), new TensorShape(1, 1, 4), 1);
        CollectionAssert.AreEqual(new double[] { 5, 5, 5 }, layer.Forward(5, 5, 1, 5));
        layer.Backward(1, 10, 100);
        CollectionAssert.AreEqual(new double[] { 1, 10, 0, 100 }, layer.Values(layer.Pass.InputGradient));
    }

    /// <summary>Whole channels are dropped, about the wanted share of them; the backward pass drops the same.</summary>
    [TestMethod]
    public void SpatialDropoutDropsChannels()
    {
        const int Channels = 500, Pixels = 6, Rows = 4;
        LayerHarness layer = new(new SpatialDropout(0.3), new TensorShape(Channels, 2, 3), Rows);
        double[] ones = [.. Enumerable.Repeat(1.0, Channels * Pixels * Rows)];
        double[] output = layer.Forward(ones);
        int dropped = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                double[] pixels = [.. Enumerable.Range(0, Pixels).Select(p => output[(((row * Pixels) + p) * Channels) + channel])];
                Assert.HasCount(1, pixels.Distinct());
                dropped += pixels[0] == 0 ? 1 : 0;
            }
        }

        // 2,000 channels: 600 ± 5 · √420.
        Assert.IsInRange(497, 703, dropped);
        layer.Backward(ones);
        CollectionAssert.AreEqual(output, layer.Values(layer.Pass.InputGradient));
        layer.Pass.Training = false;
        CollectionAssert.AreEqual(ones, layer.Forward(ones));
    }

    /// <summary>Inner parameters have names of their own.</summary>
    [TestMethod]
    public void ResidualNamesItsParameters()
    {
        Residual layer = new([new Convolution2D(2, 3, 2, 1, useBias: false), new BatchNormalization()], [new Convolution2D(2, 1, 2)], new ReLU());
        CollectionAssert.AreEqual(
            new[] { "layers.0.weight", "layers.1.scale", "layers.1.shift", "layers.1.runningMean", "layers.1.runningVariance", "projection.0.weight", "projection.0.bias" },
            layer.Parameters(new TensorShape(1, 4, 4)).Select(p => p.Name).ToArray());
        Assert.AreEqual((9 * 2 * 4) + (2 * 4) + (2 * 4), layer.MultiplyAdds(new TensorShape(1, 4, 4)));
    }

    private static void Refuses(TensorShape input, Layer layer, params string[] parts)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new NetworkDefinition(input, [layer]));
        foreach (string part in parts)
        {
            StringAssert.Contains(e.Message, part);
        }
    }
}
