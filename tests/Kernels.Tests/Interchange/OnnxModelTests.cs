namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class OnnxModelTests
{
    [TestMethod]
    [DataRow("mlp", "mlp", OutputLink.Identity)]
    [DataRow("cnn", "cnn", OutputLink.Softmax)]
    [DataRow("cnn-unfolded", "cnn", OutputLink.Softmax)]
    [DataRow("global", "global", OutputLink.Sigmoid)]
    [DataRow("mlp-13", "mlp", OutputLink.Identity)]
    [DataRow("residual", "residual", OutputLink.Identity)]
    [DataRow("residual-unfolded", "residual", OutputLink.Identity)]
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
    public void AResidualNetOfPyTorch_HasItsBlocksAndWeights()
    {
        OnnxNetwork network = OnnxModel.ToNetwork(InterchangeCase.PathOf("residual-unfolded.onnx"));
        InterchangeCase golden = InterchangeCase.Of("residual");
        Assert.AreEqual(golden.Define(), network.Definition);
        TrainingFixture.AssertSameBits(Safetensors.Read(golden.Define(), InterchangeCase.PathOf("residual.safetensors")).Values, network.Weights.Values);
    }

    [TestMethod]
    public void LayerNormalizationBelowOperatorSet17_IsOneLayer() => Assert.AreEqual(
        new LayerNormalization(), OnnxModel.ToNetwork(InterchangeCase.PathOf("mlp-13.onnx")).Definition.Layers.OfType<LayerNormalization>().Single());

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
    public void OurOwnBlocks_ComeBack_ToTheBit()
    {
        Layer[] block = [new Convolution2D(4, 3, stride: 2, padding: 1, useBias: false), new BatchNormalization(0.2, 0.01), new ActivationLayer(new ReLU()), new Convolution2D(4, 3, padding: 1)];
        AssertIsTheSame(
            [
                new Normalization(), new Residual(block, [new Convolution2D(4, 1, stride: 2), new BatchNormalization()], new ReLU()), new Residual([new Residual([new ActivationLayer(new SiLU())])]),
                new LayerNormalization(0.01), new Residual([new Residual([new Convolution2D(4, 1)], [new Convolution2D(4, 1)], new GELU()), new BatchNormalization()]), new GlobalAveragePooling2D(), new Dense(3),
            ],
            new TensorShape(2, 8, 8));
        AssertIsTheSame([new Dense(4, new ReLU()), new LayerNormalization(), new Residual([new Dense(4)], activation: new GELU(Approximate: true)), new Dense(2)], new TensorShape(3));
    }

    [TestMethod]
    public void OurOwnEnsembles_ComeBack_ToTheBit()
    {
        Layer[] member = [new Residual([new Dense(5, new SiLU()), new Dense(6)], activation: new ReLU()), new Dense(3)];
        AssertIsTheSame([new Normalization(), new ActivationLayer(new Asinh(2)), new PiecewiseLinearEncoding(2), new Dense(6, new ReLU()), new Ensemble(member, 3)], new TensorShape(4));
        AssertIsTheSame([new Ensemble([new Normalization(), new PiecewiseLinearEncoding(3), new Dense(3)], 2)], new TensorShape(2));
        AssertIsTheSame([new Ensemble([new Ensemble([new Dense(2)], 2), new Dense(2)], 2)], new TensorShape(2));
    }

    /// <summary>Layers that are several operators, two of which take the tensor at which the branches begin.</summary>
    [TestMethod]
    public void BlocksThatBeginWithALayerOfSeveralOperators_ComeBack_ToTheBit()
    {
        Layer[] normalized = [new LayerNormalization(), new Dense(4)];
        AssertIsTheSame([new Residual(normalized), new Residual([new LayerNormalization(), new Dense(8, new GELU()), new Dense(4)], activation: new ReLU()), new Dense(3)], new TensorShape(4));
        AssertIsTheSame([new Residual([new Dense(4)], normalized), new Residual(normalized, normalized), new Residual([new LayerNormalization()])], new TensorShape(3));
        AssertIsTheSame([new Ensemble([new LayerNormalization(), new Dense(3)], 3)], new TensorShape(4));
        AssertIsTheSame([new Ensemble([new PiecewiseLinearEncoding(2), new Dense(3)], 3)], new TensorShape(4));
        AssertIsTheSame([new Residual([new PiecewiseLinearEncoding(2), new Dense(4)]), new Dense(3)], new TensorShape(4));
        AssertIsTheSame([new Residual([new LayerNormalization(0.01), new Convolution2D(2, 3, padding: 1)]), new Ensemble([new LayerNormalization(), new Flatten(), new Dense(3)], 2)], new TensorShape(2, 4, 4));
    }

    [TestMethod]
    public void MoreThanTwoBranches_AreBlocksInBlocks()
    {
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 2);
        string sum = file.AddNode("Add", "first", [file.AddNode("Relu", "a", [x]), file.AddNode("Tanh", "b", [x])]);
        file.AddOutput("out", file.AddNode("Add", "second", [x, sum]), OnnxElementType.Single, 2);
        Residual inner = new([new ActivationLayer(new ReLU())], [new ActivationLayer(new Tanh())]);
        Assert.AreEqual(new NetworkDefinition(new TensorShape(2), [new Residual([inner])]), Read(file).Definition);
    }

    [TestMethod]
    public void AnImportedResidualNet_IsTrainedFurther()
    {
        OnnxNetwork imported = OnnxModel.ToNetwork(InterchangeCase.PathOf("residual-unfolded.onnx"));
        float[] x = Array.ConvertAll(TestTensors.Gaussians(16 * imported.Definition.InputShape.Size, 5), value => (float)value);
        float[] y = Array.ConvertAll(TestTensors.Gaussians(16 * 3, 6), value => (float)value);
        TrainingData rows = new(new DenseRows(x, imported.Definition.InputShape.Size), new DenseRows(y, 3));
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
        using Network<float> network = new(imported.Definition, backend, 8, training: true);
        network.Load(imported.Weights);
        TrainingResult result = new TrainingLoop<float>(network, new TrainingOptions { BatchSize = 8, NumberOfEpochs = 20, Loss = new MeanSquaredError(), Optimizer = new Adam { LearningRate = 0.01 } }).Run(rows);
        Assert.IsLessThan(result.History.Epochs[0].TrainingLoss / 2, result.History.Epochs[^1].TrainingLoss);
    }

    [TestMethod]
    [DataRow(0.044715, true)]
    [DataRow(0.0447, false)]
    [DataRow(0.04472, false)]
    public void AGelu_IsTakenForOneByItsConstant(double cubic, bool isGelu)
    {
        // As transformers write it: x / 2 · (1 + tanh(√(2/π) · (x + c · x³))).
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 4);
        string cube = Scaled("Mul", file.AddNode("Mul", "cube", [file.AddNode("Mul", "square", [x, x]), x]), cubic);
        string tanh = file.AddNode("Tanh", "tanh", [Scaled("Mul", file.AddNode("Add", "sum", [x, cube]), Math.Sqrt(2 / Math.PI))]);
        file.AddOutput("out", file.AddNode("Mul", "gelu", [Scaled("Mul", x, 0.5), Scaled("Add", tanh, 1)]), OnnxElementType.Single, 4);
        if (isGelu)
        {
            Assert.AreEqual(new ActivationLayer(new GELU(Approximate: true)), Read(file).Definition.Layers.Single());
        }
        else
        {
            StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Read(file)).Message, "(Mul)");
        }

        string Scaled(string operation, string tensor, double by) => file.AddNode(operation, "scaled", [tensor, file.AddConstant("c", [(float)by], 1)]);
    }

    [TestMethod]
    public void OfSeveralOutputs_OneIsNamed()
    {
        using MemoryStream stream = new();
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 4);
        file.AddInput("label", OnnxElementType.Single, 1);
        string score = file.AddNode("Relu", "relu", [x]);
        file.AddOutput("Score", score, OnnxElementType.Single, 4);
        file.AddOutput("Label", file.AddNode("ArgMax", "arg", [score]), OnnxElementType.Int64, 1);
        file.Write(stream);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => OnnxModel.ToNetwork(Again())).Message, "'Score', 'Label'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => OnnxModel.ToNetwork(Again(), output: "score")).Message, "'Score', 'Label'");
        Assert.AreEqual(new ActivationLayer(new ReLU()), OnnxModel.ToNetwork(Again(), output: "Score").Definition.Layers.Single());

        MemoryStream Again()
        {
            stream.Position = 0;
            return stream;
        }
    }

    [TestMethod]
    public void WhatIsNoSequenceOfLayersAndBlocks_IsNamedByNodeAndReason()
    {
        Refused(file => file.AddNode("Mul", "gate", [file.AddNode("Relu", "branch", ["x"]), "x"]), "'gate' (Mul)", "an Add of two and a Mean are read");
        Refused(file => file.AddNode("Mean", "mean", [file.AddNode("Relu", "a", ["x"]), file.AddNode("Elu", "b", ["x"])]), "'mean' (Mean)", "different layers", "'a'", "'b'");
        Refused(file => file.AddNode("Add", "sum", [file.AddNode("MatMul", "a", ["x", file.AddConstant("w", new float[8], 4, 2)]), "x"]), "'sum' (Add)", "the shapes [2] and [4]");
        Refused(file => file.AddNode("Add", "sum", [file.AddNode("Relu", "a", ["x"]), file.AddNode("Selu", "selu", ["x"], new OnnxAttribute("alpha", 1f))]), "'selu' (Selu)");
        Refused(Crossed, "'e' (Add)", "'c' (Add)", "inside a branch");
        Refused(file => file.AddNode("Add", "sum", [file.AddNode("Relu", "a", ["x"]), file.AddNode("Add", "b", ["x", "y"])]), "'b' (Add)", "come together");
        Refused(file => file.AddNode("Div", "div", [file.AddNode("Sub", "sub", ["x", file.AddNode("ReduceMean", "mean", ["x"], new OnnxAttribute("axes", [0L]))]), "x"]), "(ReduceMean)");
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
    public void ATensorThatIsMadeTwice_IsDamage()
    {
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 4);
        string first = file.AddNode("Relu", "first", [x]);
        file.AddOutput("out", file.AddNode("Add", "sum", [first, file.AddNode("Tanh", "other", [x])]), OnnxElementType.Single, 4);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Renamed(file, "other", "first")).Message, "both make 'first'");
    }

    [TestMethod]
    public void NodesInACircle_AreRefused()
    {
        OnnxFile file = new("test");
        string x = file.AddInput("begin", OnnxElementType.Single, 4);
        string again = file.AddNode("Tanh", "again", [file.AddNode("Relu", "relu", [x])]);
        file.AddOutput("out", file.AddNode("Elu", "elu", [again]), OnnxElementType.Single, 4);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Renamed(file, "again", "begin")).Message, "'relu' (Relu) can't be taken: the nodes behind it lead back to it");
    }

    [TestMethod]
    public void OneConstantForManyLayers_TakesNoMemory()
    {
        OnnxFile file = new("test");
        string x = file.AddInput("x", OnnxElementType.Single, 300);
        string matrix = file.AddConstant("w", new float[300 * 300], 300, 300);
        for (int i = 0; i < 100; i++)
        {
            x = file.AddNode("MatMul", "m", [x, matrix]);
        }

        file.AddOutput("out", x, OnnxElementType.Single, 300);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Read(file)).Message, "far more layers or numbers than the file");
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
    [DataRow("residual-unfolded.onnx", 500)]
    [DataRow("mlp-13.onnx", 300)]
    public void MutatedFiles_GiveNamedErrors_AndTakeLittleMemory(string file, int count)
    {
        AssertMutations(File.ReadAllBytes(InterchangeCase.PathOf(file)), count);
    }

    [TestMethod]
    public void MutatedFilesOfOurOwn_GiveNamedErrors_AndTakeLittleMemory()
    {
        Layer[] member = [new Residual([new Dense(4, new SiLU())]), new LayerNormalization(), new Dense(2)];
        using MemoryStream stream = new();
        NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(2), [new Normalization(), new PiecewiseLinearEncoding(1), new Ensemble(member, 2)]), 1).WriteOnnx(stream, OutputLink.Softmax);
        AssertMutations(stream.ToArray(), 500);
    }

    private static void AssertMutations(byte[] bytes, int count)
    {
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

    /// <summary>Writes a network, reads it, and compares layers, weights and scores.</summary>
    private static void AssertIsTheSame(Layer[] layers, TensorShape input)
    {
        AssertComesBack(layers, input);
        NetworkDefinition definition = new(input, layers);
        NetworkWeights weights = NetworkWeights.Initialize(definition, 3);
        using MemoryStream stream = new();
        weights.WriteOnnx(stream, OutputLink.Softmax);
        stream.Position = 0;
        OnnxNetwork network = OnnxModel.ToNetwork(stream);
        Assert.AreEqual(definition.ToJson(), network.Definition.ToJson());
        TrainingFixture.AssertSameBits(weights.Values, network.Weights.Values);
    }

    /// <summary>Branches of which one joins only a part of the others.</summary>
    private static string Crossed(OnnxFile file)
    {
        string a = file.AddNode("Relu", "a", ["x"]);
        string b = file.AddNode("Tanh", "b", ["x"]);
        string c = file.AddNode("Add", "c", [a, b]);
        return file.AddNode("Add", "d", [c, file.AddNode("Add", "e", [a, file.AddNode("Elu", "f", ["x"])])]);
    }

    /// <summary>Reads a file with a tensor's name in the place of another one of the same length.</summary>
    private static OnnxNetwork Renamed(OnnxFile file, string name, string other)
    {
        using MemoryStream stream = new();
        file.Write(stream);
        string text = System.Text.Encoding.Latin1.GetString(stream.ToArray()).Replace(name, other);
        return OnnxModel.ToNetwork(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text)));
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
