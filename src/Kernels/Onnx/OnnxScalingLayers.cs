namespace MLNet.GradientTrainers.Kernels;

/// <summary>Normalizations and encodings in ONNX.</summary>
internal static class OnnxScalingLayers
{
    /// <summary>(x − mean) · scale.</summary>
    public static string Add(Normalization layer, OnnxScope scope, string x)
    {
        long[] dimensions = scope.InputShape.Rank == 3 ? [scope.InputShape[0], 1, 1] : [scope.InputShape[0]];
        string centred = scope.Node("Sub", [x, Constant(Normalization.Mean)]);
        return scope.Node("Mul", [centred, Constant(Normalization.Scale)]);

        string Constant(string name) => scope.Constant(name, scope.Parameter(name), dimensions);
    }

    /// <summary>By the running statistics.</summary>
    public static string Add(BatchNormalization layer, OnnxScope scope, string x)
    {
        // ONNX's momentum is the weight of the old statistics. It computes nothing here, but who trains further takes it.
        return scope.Node(
            "BatchNormalization",
            [x, Constant("scale"), Constant("shift"), Constant("runningMean"), Constant("runningVariance")],
            new OnnxAttribute("epsilon", (float)layer.Epsilon),
            new OnnxAttribute("momentum", (float)(1 - layer.Momentum)));

        string Constant(string name) => scope.Constant(name, scope.Parameter(name), scope.InputShape[0]);
    }

    /// <summary>γ · (x − μ) / √(σ² + ε) + β over all numbers of a row; ONNX has an operator since set 17.</summary>
    public static string Add(LayerNormalization layer, OnnxScope scope, string x)
    {
        long[] dimensions = [.. scope.InputShape.Dimensions.ToArray().Select(size => (long)size)];
        OnnxAttribute axes = new("axes", [.. Enumerable.Range(1, dimensions.Length).Select(axis => (long)axis)]);
        string centred = scope.Node("Sub", [x, scope.Node("ReduceMean", [x], axes)]);
        string variance = scope.Node("ReduceMean", [scope.Node("Mul", [centred, centred])], axes);
        string deviation = scope.Node("Sqrt", [scope.Node("Add", [variance, scope.Constant("epsilon", layer.Epsilon)])]);
        string scaled = scope.Node("Mul", [scope.Node("Div", [centred, deviation]), Constant("scale")]);
        return scope.Node("Add", [scaled, Constant("shift")]);

        string Constant(string name) => scope.Constant(name, ChannelsFirst(name, scope), dimensions);
    }

    /// <summary>The features, and behind them (x − start) · scale between the limits of each bin.</summary>
    public static string Add(PiecewiseLinearEncoding layer, OnnxScope scope, string x)
    {
        int columns = scope.InputShape.Size;
        float[] scale = scope.Parameter(PiecewiseLinearEncoding.Scale);
        (float[] lowest, float[] highest) = Limits(scale, columns);
        string each = scope.Node("Sub", [scope.Reshape(x, 1, columns), Constant(PiecewiseLinearEncoding.Start, scope.Parameter(PiecewiseLinearEncoding.Start))]);
        string filled = scope.Node("Mul", [each, Constant(PiecewiseLinearEncoding.Scale, scale)]);
        string limited = scope.Node("Max", [scope.Node("Min", [filled, Constant("highest", highest)]), Constant("lowest", lowest)]);
        return scope.Node("Concat", [x, scope.Reshape(limited, (long)layer.Bins * columns)], new OnnxAttribute("axis", 1));

        string Constant(string name, float[] values) => scope.Constant(name, values, layer.Bins, columns);
    }

    /// <summary>What the components of bins end at: 0 and 1, but for no limit below the first bin, and none above the last one that is wider than 0.</summary>
    /// <param name="scale">1 / the bins' widths, [bins, columns].</param>
    /// <param name="columns">Features.</param>
    public static (float[] Lowest, float[] Highest) Limits(float[] scale, int columns)
    {
        float[] lowest = new float[scale.Length];
        float[] highest = new float[scale.Length];
        for (int i = 0; i < scale.Length; i++)
        {
            lowest[i] = i < columns ? float.NegativeInfinity : 0;
            highest[i] = i + columns >= scale.Length || scale[i + columns] == 0 ? float.PositiveInfinity : 1;
        }

        return (lowest, highest);
    }

    private static float[] ChannelsFirst(string name, OnnxScope scope) => scope.InputShape is { Rank: 3 } image
        ? scope.Parameter(name, [image[1], image[2], image[0]], DimensionOrder.ChannelsFirst)
        : scope.Parameter(name);
}
