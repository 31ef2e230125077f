using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>What the transforms of this folder ask of a schema shape.</summary>
internal static class TransformSchema
{
    /// <summary>The column of that name; throws the schema error of an input column where it is missing.</summary>
    public static SchemaShape.Column FindInput(this SchemaShape inputSchema, string name)
        => inputSchema.TryFindColumn(name, out var column) ? column
            : throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name);

    /// <summary>The annotations of those kinds that the column has.</summary>
    public static IEnumerable<SchemaShape.Column> AnnotationsOf(this SchemaShape.Column column, params string[] kinds)
        => column.Annotations.Where(annotation => kinds.Contains(annotation.Name));

    public static SchemaShape.Column Flag(string kind) => new(kind, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);

    /// <summary>The annotations of the column of those kinds alone.</summary>
    public static DataViewSchema.Annotations Keep(DataViewSchema.Column column, params string[] kinds)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(column.Annotations, kinds.Contains);
        return builder.ToAnnotations();
    }
}

/// <summary>The header of the saved form of the transforms of this folder; its layout is this stand-in's own.</summary>
internal static class TransformVersion
{
    public static VersionInfo Make(string modelSignature, string loaderSignature) => new(
        modelSignature: modelSignature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: loaderSignature,
        loaderAssemblyName: typeof(TransformVersion).Assembly.FullName);
}
