namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A graph of ONNX operators that grows node by node. What writes a model into it knows neither ONNX's files (<see cref="OnnxFile"/> is one graph) nor a converter of pipelines
/// (the plug-in's, for ML.NET's <c>ConvertToOnnx</c>, is another).
/// </summary>
/// <remarks>
/// Operators are those of the sets 9 to 12 of the domain <c>ai.onnx</c>, with attributes and inputs that mean the same in all of them. Names are taken as wishes: where one is in use, the
/// graph gives another, and returns it.
/// </remarks>
public interface IOnnxGraph
{
    /// <summary>Adds a tensor of Single numbers that never changes (an initialiser).</summary>
    /// <param name="name">The name wished for.</param>
    /// <param name="values">The numbers, row-major; not to be changed afterwards.</param>
    /// <param name="dimensions">The sizes, outermost first; their product is the number of values.</param>
    /// <returns>The tensor's name.</returns>
    string AddConstant(string name, float[] values, params long[] dimensions);

    /// <summary>Adds a tensor of Double numbers that never changes.</summary>
    /// <param name="name">The name wished for.</param>
    /// <param name="values">The numbers, row-major; not to be changed afterwards.</param>
    /// <param name="dimensions">The sizes, outermost first; their product is the number of values.</param>
    /// <returns>The tensor's name.</returns>
    string AddConstant(string name, double[] values, params long[] dimensions);

    /// <summary>Adds a vector of whole numbers that never changes, for example a shape.</summary>
    /// <param name="name">The name wished for.</param>
    /// <param name="values">The numbers; not to be changed afterwards.</param>
    /// <returns>The tensor's name.</returns>
    string AddConstant(string name, long[] values);

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="operation">The operator, for example <c>Gemm</c>.</param>
    /// <param name="name">The name wished for, of the node and of its output.</param>
    /// <param name="inputs">Names of tensors.</param>
    /// <param name="attributes">The operator's settings.</param>
    /// <returns>The output's name.</returns>
    string AddNode(string operation, string name, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes);
}
