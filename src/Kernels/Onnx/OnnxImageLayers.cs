namespace MLNet.GradientTrainers.Kernels;

/// <summary>Convolutions and poolings in ONNX.</summary>
internal static class OnnxImageLayers
{
    public static string Add(Convolution2D layer, OnnxScope scope, string x)
    {
        int channels = scope.InputShape[0] / layer.Groups;
        float[] values = scope.Parameter("weight", [layer.Kernel.Height, layer.Kernel.Width, channels, layer.Filters], DimensionOrder.FiltersFirst);
        string weight = scope.Constant("weight", values, layer.Filters, channels, layer.Kernel.Height, layer.Kernel.Width);
        string[] inputs = layer.UseBias ? [x, weight, scope.Constant("bias", scope.Parameter("bias"), layer.Filters)] : [x, weight];
        string y = scope.Node(
            "Conv",
            inputs,
            Sizes("kernel_shape", layer.Kernel),
            Sizes("strides", layer.Stride),
            Pads(layer.Padding),
            Sizes("dilations", layer.Dilation),
            new OnnxAttribute("group", layer.Groups));
        return OnnxActivations.Add(layer.Activation, scope, y);
    }

    public static string Add(MaxPooling2D layer, OnnxScope scope, string x) =>
        scope.Node("MaxPool", [x], Sizes("kernel_shape", layer.Kernel), Sizes("strides", layer.Stride), Pads(layer.Padding));

    public static string Add(AveragePooling2D layer, OnnxScope scope, string x) =>
        scope.Node(
            "AveragePool", [x], Sizes("kernel_shape", layer.Kernel), Sizes("strides", layer.Stride), Pads(layer.Padding), new OnnxAttribute("count_include_pad", layer.CountPadding ? 1 : 0));

    public static string Add(GlobalAveragePooling2D layer, OnnxScope scope, string x) =>
        scope.Node("Flatten", [scope.Node("GlobalAveragePool", [x])], new OnnxAttribute("axis", 1));

    private static OnnxAttribute Sizes(string name, Size2D size) => new(name, [size.Height, size.Width]);

    /// <summary>Above, left, below, right.</summary>
    private static OnnxAttribute Pads(Size2D padding) => new("pads", [padding.Height, padding.Width, padding.Height, padding.Width]);
}
