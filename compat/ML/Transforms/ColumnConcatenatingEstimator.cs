using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost _host;
    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
    {
        _host = env.Register(nameof(ColumnConcatenatingEstimator));
        Contracts.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        Contracts.CheckValue(inputColumnNames, nameof(inputColumnNames));
        Contracts.CheckParam(inputColumnNames.Length > 0, nameof(inputColumnNames), "Input columns not specified");
        Contracts.CheckParam(!inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
        _name = outputColumnName;
        _sources = inputColumnNames;
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new ColumnConcatenatingTransformer(_host, _name, _sources);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var sources = _sources.Select(inputSchema.FindInput).ToArray();
        var itemType = sources[0].ItemType;
        foreach (var column in sources)
        {
            Contracts.Check(!column.IsKey, $"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
            Contracts.Check(column.ItemType.Equals(itemType), "Concatenated columns should have the same type. "
                + $"Column '{column.Name}' has type of {column.ItemType}, but expected column type is {itemType}.");
        }

        var annotations = new List<SchemaShape.Column>();
        if (sources.All(c => c.AnnotationsOf(AnnotationUtils.Kinds.IsNormalized).Any()))
            annotations.Add(TransformSchema.Flag(AnnotationUtils.Kinds.IsNormalized));
        if (sources.Any(c => c.Kind == SchemaShape.Column.VectorKind.Scalar || c.AnnotationsOf(AnnotationUtils.Kinds.SlotNames).Any()))
            annotations.Add(new(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));

        var result = inputSchema.ToDictionary(column => column.Name);
        result[_name] = new SchemaShape.Column(_name, sources.Any(c => c.Kind == SchemaShape.Column.VectorKind.VariableVector)
            ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector, itemType, false, new SchemaShape(annotations));
        return new SchemaShape(result.Values);
    }
}
