using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The graph of a pipeline that ML.NET converts, as the engine's networks see it.</summary>
internal sealed class OnnxPipelineGraph(OnnxPipeline pipeline) : IOnnxGraph
{
    public string AddConstant(string name, float[] values, params long[] dimensions) => pipeline.AddConstant(name, values, dimensions);

    public string AddConstant(string name, double[] values, params long[] dimensions) => pipeline.AddConstant(name, values, dimensions);

    public string AddConstant(string name, long[] values) => pipeline.AddConstant(name, values, [values.Length]);

    public string AddNode(string operation, string name, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) =>
        pipeline.AddNode(operation, name, inputs, attributes.Select(attribute => (attribute.Name, Value(attribute))));

    private static object Value(OnnxAttribute attribute) => (object?)attribute.Integer ?? (object?)attribute.Number ?? attribute.Integers!;
}
