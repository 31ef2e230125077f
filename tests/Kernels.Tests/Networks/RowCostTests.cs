namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Small descriptions that would take gigabytes, minutes or the stack are refused when they are made or read; real networks are not.</summary>
[TestClass]
public sealed class RowCostTests
{
    [TestMethod]
    public void PaddingThatMakesGigabytesOfOneRowIsRefused()
    {
        // A file of 980 bytes with it took 2 GB for one row.
        string json = new NetworkDefinition(new TensorShape(1, 1, 1), [new Convolution2D(1, 1, padding: 7), new GlobalAveragePooling2D()]).ToJson().Replace(":7", ":7900", StringComparison.Ordinal);
        FormatException e = Assert.ThrowsExactly<FormatException>(() => NetworkDefinition.FromJson(json));
        StringAssert.Contains(e.Message, "Layer 1 of 2 (convolution-2d)");
        StringAssert.Contains(e.Message, "out of all proportion");
    }

    [TestMethod]
    public void KernelsThatTakeMinutesForOneRowAreRefused()
    {
        Layer[] layers = [new Convolution2D(1, (1500, 1), padding: (1499, 0)), new Convolution2D(1, (1, 1500), padding: (0, 1499)), new Convolution2D(1, 300, padding: 299), new GlobalAveragePooling2D()];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(1, 100, 100), layers)).Message, "multiplications for one row");
    }

    [TestMethod]
    public void InsideOfABlockToo()
    {
        Layer[] layers = [new Residual([new Convolution2D(1, 1, padding: 5000), new MaxPooling2D(10_001, 1)])];
        Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(1, 1, 1), layers));
    }

    /// <summary>Wide, deep and large ones as they are in use.</summary>
    [TestMethod]
    public void RealNetworksPass()
    {
        _ = new NetworkDefinition(new TensorShape(1), [new Dense(1 << 20, new GELU()), new Dense(1)]);
        _ = new NetworkDefinition(new TensorShape(100_000), [new Dense(1000), new Dense(100_000)]);
        _ = new NetworkDefinition(new TensorShape(1, 512, 512), [new Convolution2D(512, 3, padding: 1, activation: new GELU()), new MaxPooling2D(2), new Convolution2D(512, 3, padding: 1)]);
        _ = new NetworkDefinition(new TensorShape(1, 8, 8), [new Convolution2D(4096, 3, padding: 2), new GlobalAveragePooling2D(), new Dense(10)]);
        List<Layer> vgg = [];
        foreach ((int filters, int count) in ((int, int)[])[(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)])
        {
            vgg.AddRange(Enumerable.Repeat(new Convolution2D(filters, 3, padding: 1, activation: new ReLU()), count));
            vgg.Add(new MaxPooling2D(2));
        }

        _ = new NetworkDefinition(new TensorShape(3, 224, 224), [.. vgg, new Flatten(), new Dense(4096), new Dense(4096), new Dense(1000), new SoftmaxLayer()]);
    }

    [TestMethod]
    public void TooManyLayersAreRefused()
    {
        Layer[] layers = [.. Enumerable.Repeat(new Dropout(0.1), NetworkDefinition.MaxLayers)];
        NetworkDefinition largest = new(new TensorShape(1), layers);
        Assert.AreEqual(largest, NetworkDefinition.FromJson(largest.ToJson()));
        Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(1), [.. layers, new Dropout(0.1)]));
        Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(1), [new Residual(layers)]));
    }

    /// <summary>What can be made can be written and read again; deeper blocks are refused before anybody trains with them.</summary>
    [TestMethod]
    public void NestingHasALimit()
    {
        Layer layer = new Residual([new Dropout(0.1)]);
        int depth = 1;
        for (; depth < 16; depth++)
        {
            layer = new Residual([layer]);
        }

        NetworkDefinition deepest = new(new TensorShape(3), [layer]);
        Assert.AreEqual(deepest, NetworkDefinition.FromJson(deepest.ToJson()));
        string message = Assert.ThrowsExactly<ArgumentException>(() => new NetworkDefinition(new TensorShape(3), [new Residual([layer])])).Message;
        StringAssert.Contains(message, "17 deep");
    }

    /// <summary>Told when the predictor is made, not at its first row.</summary>
    [TestMethod]
    public void ABatchBeyondTheMemoryIsRefused()
    {
        NetworkWeights weights = new(new NetworkDefinition(new TensorShape(1 << 16), [new Dropout(0.1), new SoftmaxLayer()]));
        string message = Assert.ThrowsExactly<ArgumentException>(() => new Predictor(weights, new PredictorOptions { MaxRows = int.MaxValue })).Message;
        StringAssert.Contains(message, "this machine has");
    }
}
