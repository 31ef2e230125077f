namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Networks whose input images lie as [height, width, channels].</summary>
[TestClass]
public sealed class NetworkLayoutTests
{
    private const int Rows = 3;
    private static readonly TensorShape s_shape = new(3, 5, 4);

    private static IEnumerable<object[]> Networks =>
    [
        [new NetworkDefinition(s_shape, [new Convolution2D(4, 3, padding: 1, activation: new Tanh()), new Flatten(), new Dense(2)])],
        [new NetworkDefinition(s_shape, [new Flatten(), new Dense(2)])],
        [new NetworkDefinition(s_shape, [new ActivationLayer(new Tanh()), new LayerNormalization(), new Convolution2D(2, 2)])],
    ];

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void ComputeTheSameBits(NetworkDefinition definition)
    {
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> first = new(definition, backend, Rows, training: true, inputGradient: true);
        using Network<float> last = new(definition, backend, Rows, training: true, inputGradient: true, ImageLayout.ChannelsLast);
        NetworkWeights weights = NetworkWeights.Initialize(definition, 5);
        float[] images = [.. TestTensors.Gaussians(Rows * s_shape.Size, 1).Select(v => (float)v)];
        float[] upstream = [.. TestTensors.Gaussians(Rows * definition.OutputShape.Size, 2).Select(v => (float)v)];
        var (expected, expectedGradient) = Run(first, images);
        var (actual, actualGradient) = Run(last, ChannelsLast(images));
        CollectionAssert.AreEqual(expected, actual);
        CollectionAssert.AreEqual(ChannelsLast(expectedGradient), actualGradient);
        CollectionAssert.AreEqual(backend.Values(first.Gradients), backend.Values(last.Gradients));

        float[] scores = new float[expected.Length];
        using Predictor predictor = new(weights, new PredictorOptions { InputLayout = ImageLayout.ChannelsLast, MaxRows = 2 });
        predictor.Predict(ChannelsLast(images), Rows, scores);
        CollectionAssert.AreEqual(expected, scores);

        (float[] Output, float[] Gradient) Run(Network<float> network, float[] input)
        {
            network.Load(weights);
            float[] output = new float[upstream.Length];
            float[] gradient = new float[input.Length];
            backend.Write(input, network.Input);
            backend.Read(network.Forward(network.Input, Rows), output);
            backend.Write(upstream, network.OutputGradient);
            network.Backward(network.OutputGradient, Rows);
            backend.Read(network.InputGradient, gradient);
            return (output, gradient);
        }
    }

    private static float[] ChannelsLast(float[] images)
    {
        int channels = s_shape[0];
        int pixels = s_shape.Size / channels;
        return [.. images.Chunk(s_shape.Size).SelectMany(image => Enumerable.Range(0, image.Length).Select(i => image[(i % channels * pixels) + (i / channels)]))];
    }
}
