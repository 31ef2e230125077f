namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class OnnxModelTests
{
    [TestMethod]
    [DataRow("mlp", "mlp", OutputLink.Identity)]
    [DataRow("cnn", "cnn", OutputLink.Softmax)]
    [DataRow("cnn-unfolded", "cnn", OutputLink.Softmax)]
    [DataRow("global", "global", OutputLink.Sigmoid)]
    public void FilesOfPyTorch_GiveItsOutputs(string file, string name, OutputLink link)
    {
        InterchangeCase golden = InterchangeCase.Of(name);
        OnnxNetwork network = OnnxModel.ToNetwork(InterchangeCase.PathOf($"{file}.onnx"));
        Assert.AreEqual(link, network.Link);
        AssertOutputs(network, golden.X, golden.Y);
    }

    [TestMethod]
    public void AFileOfPyTorch_HasTheLayersThatItWasMadeOf()
    {
        OnnxNetwork network = OnnxModel.ToNetwork(InterchangeCase.PathOf("cnn-unfolded.onnx"));
        InterchangeCase golden = InterchangeCase.Of("cnn");
        Assert.AreEqual(golden.Define().ToString(), network.Definition.ToString() + " → softmax [4]");
        TrainingFixture.AssertSameBits(Safetensors.Read(new NetworkDefinition(golden.Define().InputShape, [.. golden.Layers.SkipLast(1)]), InterchangeCase.PathOf("cnn.safetensors")).Values, network.Weights.Values);
        Assert.AreEqual(new BatchNormalization(), network.Definition.Layers[1]);
    }

    [TestMethod]
    public void AFileOfKeras_TakesImagesWithChannelsLast()
    {
        OnnxNetwork network = OnnxModel.ToNetwork(InterchangeCase.PathOf("keras.onnx"));
        Assert.AreEqual(ImageLayout.ChannelsLast, network.InputLayout);
        (double[] x, double[] y) = InterchangeCase.Keras();
        AssertOutputs(network, x, y);
    }

    [TestMethod]
    public void OurOwnFiles_ComeBack_WithEveryActivation()
    {
        foreach (Activation activation in (Activation[])[.. Activations.All, new GELU(Approximate: true), new Softplus(2), new Asinh(3), new LeakyReLU(0.2)])
        {
            AssertComesBack([new Dense(5, activation), new ActivationLayer(activation), new Dense(3)], new TensorShape(4));
        }
    }

    [TestMethod]
    [DataRow(OutputLink.Identity, ImageLayout.ChannelsFirst)]
    [DataRow(OutputLink.Softmax, ImageLayout.ChannelsLast)]
    [DataRow(OutputLink.Sigmoid, ImageLayout.ChannelsFirst)]
    [DataRow(OutputLink.Exponential, ImageLayout.ChannelsFirst)]
    public void OurOwnFiles_ComeBack_WithImages(OutputLink link, ImageLayout layout)
    {
        AssertComesBack(
            [
                new Normalization(), new Convolution2D(4, 3, padding: 1, useBias: false), new BatchNormalization(), new ActivationLayer(new SiLU()), new MaxPooling2D(2), new Dropout(0.2),
                new Convolution2D(4, (1, 3), stride: (1, 2), dilation: (1, 1), groups: 2, activation: new GELU()), new AveragePooling2D(3, 2, 1, countPadding: false), new Flatten(), new Dense(4, new Tanh()), new Dense(3, useBias: false),
            ],
            new TensorShape(2, 8, 9),
            link,
            layout);
        AssertComesBack([new Convolution2D(3, 3), new AveragePooling2D(2, 2, 1), new GlobalAveragePooling2D(), new Dense(3)], new TensorShape(2, 8, 9), link, layout);
    }

    [TestMethod]
    public void WhatIsNoSequence_IsNamedByNodeAndReason()
    {
        Refused(file => file.AddNode("Add", "skip", [file.AddNode("Relu", "branch", ["x"]), "x"]), "'skip' (Add)", "only sequences");
        Refused(file => file.AddNode("Clip", "relu6", ["x"]), "'relu6' (Clip)", "no layer here computes it");
        Refused(file => file.AddNode("MatMul", "product", ["x", file.AddNode("Relu", "other", ["y"])]), "'product' (MatMul)", "constants are read");
        Refused(file => file.AddNode("Gemm", "dense", ["x", file.AddConstant("w", new float[6], 3, 2)]), "'dense' (Gemm)", "takes 3 numbers a row, but its input is [4]");
        Refused(file => file.AddNode("Conv", "conv", ["x", file.AddConstant("w", new float[6], 1, 1, 2, 3)]), "'conv' (Conv)", "takes images");
        Refused(file => file.AddNode("Softmax", "soft", ["x"], new OnnxAttribute("axis", 0)), "'soft' (Softmax)", "axis");
        Refused(file => file.AddNode("Mul", "scale", ["x", file.AddConstant("w", new float[3], 3)]), "'scale' (Mul)", "[3]");
        Refused(file => file.AddNode("Reshape", "shape", ["x", file.AddConstant("s", [-1, 2])]), "'shape' (Reshape)", "[2]");
        Refused(file => file.AddNode("Selu", "selu", ["x"], new OnnxAttribute("alpha", 1f)), "'selu' (Selu)", "no layer");
    }

    [TestMethod]
    public void PadsOnOneSide_AreRefused()
    {
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 1, 4, 4);
        string y = file.AddNode("MaxPool", "pool", [x], new OnnxAttribute("kernel_shape", [2, 2]), new OnnxAttribute("pads", [0L, 0, 1, 1]));
        file.AddOutput("out", y, OnnxElementType.Single, 1, 4, 4);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Read(file)).Message, "'pool' (MaxPool) can't be taken: it pads by [0, 0, 1, 1]");
    }

    [TestMethod]
    public void ExternalData_IsRefusedInASentence()
    {
        // A tensor of the data location 1, as fields 14 and 13 say it.
        byte[] tensor = [0x08, 4, 0x08, 2, 0x10, 1, 0x42, 1, (byte)'w', 0x6A, 0, 0x70, 1];
        Assert.AreEqual("w", new OnnxTensor(tensor).Name);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => new OnnxTensor(tensor).Singles()).Message, "external data");
    }

    [TestMethod]
    public void AnOpenShape_IsGivenByTheCaller()
    {
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 7);
        file.AddOutput("out", file.AddNode("MatMul", "m", [x, file.AddConstant("w", new float[8], 4, 2)]), OnnxElementType.Single, 2);
        using MemoryStream stream = new();
        file.Write(stream);
        stream.Position = 0;
        Assert.AreEqual(new TensorShape(2), OnnxModel.ToNetwork(stream, new TensorShape(4)).Definition.OutputShape);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("PK")]
    [DataRow("no model at all")]
    public void WhatIsNoOnnxFile_IsRefused(string content) =>
        Assert.ThrowsExactly<FormatException>(() => OnnxModel.ToNetwork(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content))));

    [TestMethod]
    [DataRow("cnn-unfolded.onnx", 400)]
    [DataRow("mlp.onnx", 300)]
    [DataRow("keras.onnx", 300)]
    public void MutatedFiles_GiveNamedErrors_AndTakeLittleMemory(string file, int count)
    {
        byte[] bytes = File.ReadAllBytes(InterchangeCase.PathOf(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int refused = Mutations.Run(bytes, count, mutated => OnnxModel.ToNetwork(new MemoryStream(mutated)), e => e is FormatException or NotSupportedException);
        Assert.IsGreaterThan(count / 3, refused);
        Assert.IsLessThan((long)count << 23, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertOutputs(OnnxNetwork network, double[] x, double[] y)
    {
        using Predictor predictor = new(network.Weights, new PredictorOptions { Link = network.Link, InputLayout = network.InputLayout });
        float[] scores = new float[y.Length];
        predictor.Predict(Array.ConvertAll(x, value => (float)value), x.Length / predictor.InputSize, scores);
        double largest = y.Max(Math.Abs);
        for (int i = 0; i < y.Length; i++)
        {
            Assert.AreEqual(y[i], scores[i], 1e-5 * largest, $"output {i}");
        }
    }

    /// <summary>Writes a network, reads it, and compares what the two compute.</summary>
    private static void AssertComesBack(Layer[] layers, TensorShape input, OutputLink link = OutputLink.Identity, ImageLayout layout = ImageLayout.ChannelsFirst)
    {
        NetworkDefinition definition = new(input, layers);
        NetworkWeights weights = NetworkWeights.Initialize(definition, 3);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            float[] noise = Array.ConvertAll(TestTensors.Gaussians(slot.Length, (ulong)slot.Offset + 9), value => (float)(0.1 * Math.Abs(value)));
            for (int i = 0; i < noise.Length; i++)
            {
                weights[slot][i] += noise[i];
            }
        }

        using MemoryStream stream = new();
        weights.WriteOnnx(stream, link, layout);
        stream.Position = 0;
        OnnxNetwork network = OnnxModel.ToNetwork(stream);
        Assert.AreEqual((link, layout), (network.Link, network.InputLayout), definition.ToString());
        double[] x = TestTensors.Gaussians(5 * input.Size, 1);
        using Predictor predictor = new(weights, new PredictorOptions { Link = link, InputLayout = layout });
        float[] y = new float[5 * definition.OutputShape.Size];
        predictor.Predict(Array.ConvertAll(x, value => (float)value), 5, y);
        AssertOutputs(network, x, Array.ConvertAll(y, value => (double)value));
    }

    private static OnnxNetwork Read(OnnxFile file)
    {
        using MemoryStream stream = new();
        file.Write(stream);
        stream.Position = 0;
        return OnnxModel.ToNetwork(stream);
    }

    private static void Refused(Func<OnnxFile, string> add, params string[] parts)
    {
        OnnxFile file = new("test");
        file.AddInput("x", OnnxElementType.Single, 4);
        file.AddOutput("out", add(file), OnnxElementType.Single, 4);
        string message = Assert.ThrowsExactly<NotSupportedException>(() => Read(file)).Message;
        foreach (string part in parts)
        {
            StringAssert.Contains(message, part);
        }
    }
}
