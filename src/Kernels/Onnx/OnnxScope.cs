namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where a layer writes itself: the graph, and what names begin with.</summary>
/// <param name="graph">The graph.</param>
/// <param name="name">The layer, for example <c>0.dense</c>.</param>
/// <param name="inputShape">The shape of one input sample.</param>
/// <param name="outputShape">The shape of one output sample.</param>
/// <param name="parameter">The numbers of a parameter of the layer; an array of the caller's own.</param>
internal sealed class OnnxScope(IOnnxGraph graph, string name, TensorShape inputShape, TensorShape outputShape, Func<string, float[]> parameter)
{
    public IOnnxGraph Graph => graph;

    public string Name => name;

    public TensorShape InputShape => inputShape;

    public TensorShape OutputShape => outputShape;

    public float[] Parameter(string parameterName) => parameter(parameterName);

    /// <summary>The numbers of a parameter with its dimensions in another order.</summary>
    public float[] Parameter(string parameterName, IReadOnlyList<int> dimensions, int[] order)
    {
        float[] source = parameter(parameterName);
        float[] target = new float[source.Length];
        new DimensionOrder(dimensions, order).Gather(source, target);
        return target;
    }

    public string Constant(string constant, float[] values, params long[] dimensions) => graph.AddConstant($"{name}.{constant}", values, dimensions);

    public string Constant(string constant, double value) => Constant(constant, [(float)value], 1);

    public string Node(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => graph.AddNode(operation, $"{name}.{operation}", inputs, attributes);

    /// <summary>The same numbers in other dimensions for each row.</summary>
    public string Reshape(string x, params long[] dimensions) => Node("Reshape", [x, graph.AddConstant($"{name}.shape", [-1, .. dimensions])]);
}
