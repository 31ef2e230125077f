namespace MLNet.GradientTrainers.Kernels;

/// <summary>Networks as ONNX: what they compute in prediction, with the constants named after the layers.</summary>
/// <remarks>
/// A constant is called for example <c>0.dense.weight</c>: the layer's number, its kind and the parameter; in a block <c>3.residual.layers.0.convolution-2d.weight</c>. Weights of
/// convolutions lie as ONNX wants them, [filters, channels / groups, height, width]; those of dense layers as here, [inputs, units].
/// </remarks>
public static class OnnxExport
{
    /// <summary>The most bytes of a message of Protocol Buffers, less some for what is round the weights.</summary>
    private const long LargestFile = int.MaxValue - (1 << 16);

    /// <summary>Writes a network as an ONNX model with the input <c>input</c>, [batch, shape of a row], and the output <c>output</c>, for any number of rows.</summary>
    /// <param name="weights">The network and its weights.</param>
    /// <param name="stream">Where to write; it stays open.</param>
    /// <param name="link">What makes scores of the last layer's outputs: <see cref="Loss.Link"/> of the loss that was trained with.</param>
    /// <param name="inputLayout">The order of the numbers of images that the model will be given.</param>
    /// <exception cref="NotSupportedException">A layer or activation is none of the engine's, or there are more weights than a file of ONNX holds (2 GiB). Nothing has been written.</exception>
    public static void WriteOnnx(this NetworkWeights weights, Stream stream, OutputLink link = OutputLink.Identity, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(stream);
        TensorShape shape = weights.Definition.InputShape;
        OnnxFile file = new("network");
        string input = file.AddInput("input", OnnxElementType.Single, IsChannelsLast(shape, inputLayout) ? [shape[1], shape[2], shape[0]] : shape.Dimensions);
        file.AddOutput("output", file.AddNetwork(weights, input, link, inputLayout), OnnxElementType.Single, weights.Definition.OutputShape.Dimensions);
        file.Write(stream);
    }

    /// <summary>Adds a network to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">The network and its weights.</param>
    /// <param name="input">The tensor that it takes: Single, [rows, shape of a row].</param>
    /// <param name="link">What makes scores of the last layer's outputs.</param>
    /// <param name="inputLayout">The order of the numbers of images in <paramref name="input"/>.</param>
    /// <returns>The tensor of the scores: Single, [rows, shape of the output].</returns>
    /// <exception cref="NotSupportedException">A layer or activation is none of the engine's, or there are more weights than a file of ONNX holds (2 GiB).</exception>
    public static string AddNetwork(this IOnnxGraph graph, NetworkWeights weights, string input, OutputLink link = OutputLink.Identity, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(weights);
        NetworkDefinition definition = weights.Definition;
        CheckLength(sizeof(float) * definition.ParameterCount);
        if (IsChannelsLast(definition.InputShape, inputLayout))
        {
            input = graph.AddNode("Transpose", "channelsFirst", [input], new OnnxAttribute("perm", [0L, 3, 1, 2]));
        }

        string outputs = OnnxLayers.AddChain(graph, definition.Layers, definition.InputShape, "", (layer, name) => weights[layer, name].ToArray(), input);
        return link switch
        {
            OutputLink.Identity => outputs,
            OutputLink.Softmax => graph.AddNode("Softmax", "link.Softmax", [outputs], new OnnxAttribute("axis", 1)),
            OutputLink.Sigmoid => Sigmoid(graph, outputs),
            OutputLink.Exponential => graph.AddNode("Exp", "link.Exp", [outputs]),
            _ => throw new NotSupportedException($"The output link {link} can't be written as ONNX."),
        };
    }

    /// <summary>1 / (1 + e⁻ˣ). ONNX Runtime's own operator is right to 1e-7 only: it gives 0 for what is rare, and a probability of 1e-5 to four digits.</summary>
    private static string Sigmoid(IOnnxGraph graph, string x)
    {
        string one = graph.AddConstant("link.one", [1f], 1);
        string power = graph.AddNode("Exp", "link.Exp", [graph.AddNode("Neg", "link.Neg", [x])]);
        return graph.AddNode("Div", "link.Div", [one, graph.AddNode("Add", "link.Add", [one, power])]);
    }

    internal static void CheckLength(long bytes)
    {
        if (bytes > LargestFile)
        {
            throw new NotSupportedException($"The model takes {bytes / 1e9:F1} GB, and a file of ONNX holds 2 GiB. Nothing has been written: train a network with fewer weights, or score it by this library.");
        }
    }

    private static bool IsChannelsLast(TensorShape shape, ImageLayout layout) => shape.Rank == 3 && layout == ImageLayout.ChannelsLast;
}
