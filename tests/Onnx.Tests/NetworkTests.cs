using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Tests;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Networks of the engine, written by themselves: ONNX Runtime computes what the engine does.</summary>
[TestClass]
public sealed class NetworkTests
{
    private const int Rows = 7;

    public static IEnumerable<object[]> LayerNames => Layers.All.Select(layer => new object[] { layer.Name });

    public static IEnumerable<object[]> ActivationNames => Activations.All.Select(activation => new object[] { activation.Name });

    public static IEnumerable<object[]> Links => Enum.GetValues<OutputLink>().Select(link => new object[] { link });

    /// <summary>A layer that is new in the registry and has no form fails here.</summary>
    [TestMethod]
    [DynamicData(nameof(LayerNames))]
    public void EveryLayer(string name)
    {
        Layer layer = Layers.Create(name);
        Check(layer.Takes(new TensorShape(6)) ? new TensorShape(6) : new TensorShape(2, 6, 5), layer);
    }

    [TestMethod]
    [DynamicData(nameof(ActivationNames))]
    public void EveryActivation(string name)
    {
        CheckActivation(Activations.Create(name));
        Check(new TensorShape(6), new Dense(20, Activations.Create(name)));
        Check(new TensorShape(2, 5, 5), new Convolution2D(3, 3, activation: Activations.Create(name)));
    }

    [TestMethod]
    [DynamicData(nameof(Links))]
    public void EveryLink(OutputLink link) => Check(new TensorShape(5), link, ImageLayout.ChannelsFirst, new Dense(4));

    [TestMethod]
    public void SmallProbabilitiesKeepTheirDigits()
    {
        NetworkWeights weights = new(new NetworkDefinition(new TensorShape(1), [new Dense(1)]));
        weights[0, "weight"][0] = 1;
        foreach (float logit in new[] { -40f, -17, -10, 0, 30 })
        {
            CheckRows(weights, [logit], 1, OutputLink.Sigmoid, ImageLayout.ChannelsFirst);
        }
    }

    [TestMethod]
    public void ActivationsWithSettings()
    {
        foreach (Activation activation in new Activation[] { new LeakyReLU(0.2), new ELU(0.3), new Softplus(2.5), new GELU(Approximate: true), new Asinh(3) })
        {
            CheckActivation(activation);
        }
    }

    /// <summary>A feature with fewer bins than others has components at the end that are always 0, and no upper limit before them.</summary>
    [TestMethod]
    public void BinsOfWhichAFeatureHasFewer()
    {
        NetworkWeights weights = new(new NetworkDefinition(new TensorShape(2), [new PiecewiseLinearEncoding(3)]));
        ((float[])[-1, -1, 0, 0.5f, 1, 0]).CopyTo(weights[0, PiecewiseLinearEncoding.Start]);
        ((float[])[1, 0.5f, 1, 2, 1, 0]).CopyTo(weights[0, PiecewiseLinearEncoding.Scale]);
        CheckRows(weights, [-3, -3, -0.5f, 0, 0.5f, 0.7f, 2.5f, 3], 4, OutputLink.Identity, ImageLayout.ChannelsFirst);
    }

    [TestMethod]
    public void HugeNumbersStayFinite()
    {
        NetworkDefinition definition = new(new TensorShape(1), [new ActivationLayer(new Asinh()), new Dense(1)]);
        NetworkWeights weights = new(definition);
        weights[1, "weight"][0] = 1;
        CheckRows(weights, [1e30f, -1e38f, 3], 3, OutputLink.Identity, ImageLayout.ChannelsFirst);
    }

    /// <summary>0.0447 in the place of 0.044715 changes scores by 8e-6, which tests of whole networks let pass.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void GeluIsItsFormula_HereAndInOnnx(bool approximate)
    {
        NetworkWeights weights = new(new NetworkDefinition(new TensorShape(1), [new ActivationLayer(new GELU(approximate))]));
        float[] rows = [.. Enumerable.Range(-60, 121).Select(i => i / 10f)];
        using Predictor predictor = new(weights);
        float[] ours = new float[rows.Length];
        predictor.Predict(rows, rows.Length, ours);
        using OnnxScores onnx = new(Onnx(weights));
        float[] theirs = onnx.Of<float>("output", rows, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            double x = rows[i];
            double expected = approximate ? 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) : x * NormalShare(x);
            Assert.AreEqual(expected, ours[i], 2e-6, $"ours at {x}");
            Assert.AreEqual(expected, theirs[i], 2e-6, $"ONNX Runtime's at {x}");
        }
    }

    /// <summary>Φ(x): ½ and the integral of the density from 0, by Simpson's rule.</summary>
    private static double NormalShare(double x)
    {
        const int Parts = 2000;
        double step = x / Parts;
        double sum = 0;
        for (int i = 0; i <= Parts; i++)
        {
            sum += (i is 0 or Parts ? 1 : i % 2 == 0 ? 2 : 4) * Math.Exp(-0.5 * i * step * i * step);
        }

        return 0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }

    [TestMethod]
    public void Convolutions() => Check(
        new TensorShape(4, 11, 9),
        new Convolution2D(6, (3, 2), stride: (2, 1), padding: (1, 0), activation: new ReLU()),
        new Convolution2D(6, 3, padding: 2, dilation: 2, groups: 6, useBias: false),
        new Convolution2D(8, 1, groups: 2, activation: new SiLU()),
        new MaxPooling2D(3, stride: 2, padding: 1),
        new AveragePooling2D((2, 3), stride: 1, padding: 1, countPadding: true),
        new AveragePooling2D(2, stride: 2, padding: (0, 1), countPadding: false),
        new Flatten(),
        new Dense(3));

    [TestMethod]
    public void ScalingsOfImages() => Check(
        new TensorShape(3, 6, 5), new Normalization(), new BatchNormalization(), new LayerNormalization(), new SpatialDropout(), new Convolution2D(2, 3), new GlobalAveragePooling2D());

    [TestMethod]
    public void ScalingsOfNumbers() => Check(
        new TensorShape(5), new Normalization(), new PiecewiseLinearEncoding(4), new Dense(8), new BatchNormalization(Epsilon: 0.01), new LayerNormalization(0.1), new Dropout(0.5), new Dense(3), new SoftmaxLayer());

    [TestMethod]
    public void BlocksInBlocks() => Check(
        new TensorShape(2, 8, 8),
        new Ensemble(
            [
                new Residual([new Convolution2D(4, 3, stride: 2, padding: 1), new BatchNormalization()], [new Convolution2D(4, 1, stride: 2)], new ReLU()),
                new Residual([new Convolution2D(4, 3, padding: 1)]),
                new GlobalAveragePooling2D(),
                new Dense(3),
            ],
            members: 3));

    [TestMethod]
    public void ImagesWithChannelsLast() => Check(new TensorShape(3, 6, 5), OutputLink.Softmax, ImageLayout.ChannelsLast, new Convolution2D(4, 3), new Flatten(), new Dense(3));

    [TestMethod]
    public void ConstantsHaveTheNamesOfTheLayersAndTheSameNetworkIsTheSameFile()
    {
        NetworkWeights weights = Weights(new NetworkDefinition(new TensorShape(2, 4, 4), [new Residual([new Convolution2D(2, 3, padding: 1)]), new Flatten(), new Dense(3)]));
        byte[] file = Onnx(weights);
        string text = System.Text.Encoding.Latin1.GetString(file);
        StringAssert.Contains(text, "0.residual.layers.0.convolution-2d.weight");
        StringAssert.Contains(text, "2.dense.bias");
        CollectionAssert.AreEqual(file, Onnx(weights));
    }

    [TestMethod]
    public void AnActivationOfTheUsersOwnIsRefusedByName()
    {
        NetworkWeights weights = Weights(new NetworkDefinition(new TensorShape(2), [new Dense(2), new Dense(3, new SquareActivation())]));
        using MemoryStream stream = new();
        string message = Assert.ThrowsExactly<NotSupportedException>(() => weights.WriteOnnx(stream)).Message;
        StringAssert.Contains(message, "square");
        StringAssert.Contains(message, "1.dense");
        Assert.AreEqual(0, stream.Length);
    }

    [TestMethod]
    public void ALayerOfTheUsersOwnIsRefusedByName()
    {
        NetworkWeights weights = Weights(new NetworkDefinition(new TensorShape(2), [new Residual([new Dense(2), new Negation()])]));
        using MemoryStream stream = new();
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => weights.WriteOnnx(stream)).Message, "0.residual.layers.1.negation");
        Assert.AreEqual(0, stream.Length);
    }

    /// <summary>Protocol Buffers count in 31 bits. The numbers are never read: the array takes no memory.</summary>
    [TestMethod]
    public void MoreThanAFileHoldsIsRefusedBeforeAByteIsWritten()
    {
        float[] large = new float[1 << 27];
        OnnxFile file = new("large");
        for (int i = 0; i < 4; i++)
        {
            file.AddConstant("weight", large, large.Length);
        }

        using MemoryStream stream = new();
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => file.Write(stream)).Message, "2 GiB");
        Assert.AreEqual(0, stream.Length);
    }

    [TestMethod]
    public void NoRowsHaveNoScores()
    {
        using OnnxScores onnx = new(Onnx(Weights(new NetworkDefinition(new TensorShape(1, 4, 4), [new Convolution2D(2, 3), new Flatten(), new Dense(3)]))));
        Assert.IsEmpty(onnx.Of<float>("output", [], 0));
    }

    private static void CheckActivation(Activation activation) =>
        CheckRows(new NetworkWeights(new NetworkDefinition(new TensorShape(1), [new ActivationLayer(activation)])), [.. Enumerable.Range(-60, 121).Select(i => i / 10f)], 121, OutputLink.Identity, ImageLayout.ChannelsFirst);

    private static void Check(TensorShape input, params Layer[] layers) => Check(input, OutputLink.Identity, ImageLayout.ChannelsFirst, layers);

    private static void Check(TensorShape input, OutputLink link, ImageLayout layout, params Layer[] layers)
    {
        Random random = new(1);
        float[] rows = [.. Enumerable.Range(0, Rows * input.Size).Select(_ => (3 * random.NextSingle()) - 1.5f)];
        CheckRows(Weights(new NetworkDefinition(input, layers)), rows, Rows, link, layout);
    }

    /// <summary>In a batch, and the first row alone.</summary>
    private static void CheckRows(NetworkWeights weights, float[] rows, int count, OutputLink link, ImageLayout layout)
    {
        using Predictor predictor = new(weights, new PredictorOptions { Link = link, InputLayout = layout });
        float[] scores = new float[count * predictor.OutputSize];
        predictor.Predict(rows, count, scores);
        using OnnxScores onnx = new(Onnx(weights, link, layout));
        Near.Assert(scores, onnx.Of<float>("output", rows, count));
        Near.Assert(scores, onnx.Of<float>("output", rows[..predictor.InputSize], 1), predictor.OutputSize);
    }

    private static byte[] Onnx(NetworkWeights weights, OutputLink link = OutputLink.Identity, ImageLayout layout = ImageLayout.ChannelsFirst)
    {
        using MemoryStream stream = new();
        weights.WriteOnnx(stream, link, layout);
        return stream.ToArray();
    }

    /// <summary>No parameter is as it starts: all are between 0.2 and 1, as variances must be above 0, and weights of either sign.</summary>
    private static NetworkWeights Weights(NetworkDefinition definition)
    {
        NetworkWeights weights = NetworkWeights.Initialize(definition, seed: 1);
        Random random = new(2);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            foreach (ref float value in weights[slot.Layer, slot.Spec.Name])
            {
                value = slot.Spec.IsPenalized ? value : 0.2f + (0.8f * random.NextSingle());
            }
        }

        return weights;
    }

    private sealed record Negation : Layer
    {
        public override string Name => "negation";

        public override TensorShape OutputShape(TensorShape input) => input;

        public override void Forward<T>(LayerPass<T> pass) => throw new NotImplementedException();

        public override void Backward<T>(LayerPass<T> pass) => throw new NotImplementedException();
    }
}
