using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>Schema shapes: what an estimator promises about its output, or asks of its input, before there is data.</summary>
public static class SchemaShapes
{
    /// <summary>The shape of one column. ML.NET's constructor is internal.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="kind">Scalar, vector of known size, or vector of varying size.</param>
    /// <param name="itemType">The type of an item: a primitive type, for a key the type under it (UInt32, say).</param>
    /// <param name="isKey">Whether an item is a key.</param>
    /// <param name="annotations">The shapes of the annotations; none when null.</param>
    public static SchemaShape.Column Column(string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey = false, SchemaShape? annotations = null)
        => new(name, kind, itemType, isKey, annotations);

    /// <summary>The shape of a schema, annotations included, without its hidden columns.</summary>
    /// <param name="schema">The schema.</param>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);
}
