using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

/// <summary>An estimator without effect that keeps the schema shape which a chain shows it: the only public way to one.</summary>
internal sealed class DataOpsSchemaProbe : IEstimator<ITransformer>
{
    private SchemaShape? _shape;

    public static SchemaShape ShapeOf(IDataView data)
    {
        var probe = new DataOpsSchemaProbe();
        probe.Append(new DataOpsSchemaProbe()).Fit(data);
        return probe._shape!;
    }

    public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _shape = inputSchema;
}
