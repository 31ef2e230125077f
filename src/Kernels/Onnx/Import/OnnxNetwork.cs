namespace MLNet.GradientTrainers.Kernels;

/// <summary>A network that was read from an ONNX file, to be scored or trained further.</summary>
/// <param name="Weights">The layers and their weights. A softmax, sigmoid or exponential at the file's end is not among the layers, as losses take what is before it.</param>
/// <param name="Link">What makes the file's outputs of the last layer's: for <see cref="PredictorOptions.Link"/>.</param>
/// <param name="InputLayout">The order of the numbers of images that the file's input has: channels last in files of Keras.</param>
public sealed record OnnxNetwork(NetworkWeights Weights, OutputLink Link, ImageLayout InputLayout)
{
    /// <summary>The layers and their weights.</summary>
    public NetworkWeights Weights { get; init; } = Weights ?? throw new ArgumentNullException(nameof(Weights));

    /// <summary>The layers.</summary>
    public NetworkDefinition Definition => Weights.Definition;
}
