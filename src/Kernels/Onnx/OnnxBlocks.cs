namespace MLNet.GradientTrainers.Kernels;

/// <summary>Layers of layers in ONNX.</summary>
internal static class OnnxBlocks
{
    public static string Add(Residual residual, OnnxScope scope, string x)
    {
        string sum = scope.Node("Add", [Chain(residual.Layers, "layers", scope, x), Chain(residual.Projection, "projection", scope, x)]);
        return OnnxActivations.Add(residual.Activation, scope, sum);
    }

    public static string Add(Ensemble ensemble, OnnxScope scope, string x) =>
        scope.Node("Mean", [.. Enumerable.Range(0, ensemble.Members).Select(member => Chain(ensemble.Layers, $"member{member}", scope, x))]);

    /// <summary>The layers of one of a block's chains, whose parameters are named by it.</summary>
    private static string Chain(IReadOnlyList<Layer> layers, string setting, OnnxScope scope, string x) =>
        OnnxLayers.AddChain(scope.Graph, layers, scope.InputShape, $"{scope.Name}.{setting}.", (layer, name) => scope.Parameter($"{setting}.{layer}.{name}"), x);
}
