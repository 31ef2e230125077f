using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns the different values of a column, or takes them from key data, and numbers them from 1.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    internal static class Defaults
    {
        public const int MaximumNumberOfKeys = 1000000;
        public const KeyOrdinality Ordinality = KeyOrdinality.ByOccurrence;
        public const bool AddKeyValueAnnotationsAsText = false;
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    private readonly IHost _host;
    private readonly (string outputColumnName, string inputColumnName)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _keyValuesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        int maximumNumberOfKeys, KeyOrdinality keyOrdinality, bool addKeyValueAnnotationsAsText, IDataView keyData)
    {
        _host = env.Register(nameof(ValueToKeyMappingEstimator));
        if (keyData is not null && keyData.Schema.Count != 1)
            throw Contracts.ExceptParam(nameof(keyData), "If specified, this data view should contain only a single column "
                + $"containing the terms to map, but this had {keyData.Schema.Count} columns.");
        (_columns, _maximumNumberOfKeys, _ordinality) = (columns, maximumNumberOfKeys, keyOrdinality);
        (_keyValuesAsText, _keyData) = (addKeyValueAnnotationsAsText, keyData);
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var sources = _columns.Select(pair => input.Schema.GetColumnOrNull(pair.inputColumnName)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(input), "input", pair.inputColumnName)).ToArray();
        var terms = _keyData is null ? Learn(input, sources) : TakeFromKeyData(sources);
        return new ValueToKeyMappingTransformer(_host, _columns, terms, _keyValuesAsText);
    }

    private TermMap[] Learn(IDataView input, DataViewSchema.Column[] sources)
    {
        Contracts.CheckParam(_maximumNumberOfKeys > 0, "maximumNumberOfKeys", "Must be positive");
        using var cursor = input.GetRowCursor(sources);
        var builders = sources.Select(source => TermBuilder.Create(source, cursor, _ordinality, _maximumNumberOfKeys)).ToArray();
        while (cursor.MoveNext())
            foreach (var builder in builders)
                builder.AddRow();
        return builders.Select(builder => builder.Finish()).ToArray();
    }

    private TermMap[] TakeFromKeyData(DataViewSchema.Column[] sources)
    {
        var column = _keyData.Schema[0];
        foreach (var source in sources)
            if (!source.Type.GetItemType().Equals(column.Type))
                throw Contracts.ExceptParam("keyData", $"Input data's column must be of type '{source.Type.GetItemType()}' but was '{column.Type}'");
        using var cursor = _keyData.GetRowCursor([column]);
        var builder = TermBuilder.Create(column, cursor, _ordinality, int.MaxValue);
        while (cursor.MoveNext())
            builder.AddRow();
        var terms = builder.Finish();
        return sources.Select(_ => terms).ToArray();
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var (output, input) in _columns)
        {
            var column = inputSchema.FindInput(input);
            // The names of keys go on naming the keys made from them.
            var values = column.IsKey ? column.AnnotationsOf(AnnotationUtils.Kinds.KeyValues).Where(a => a.Kind == SchemaShape.Column.VectorKind.Vector) : [];
            if (!values.Any())
                values = [new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector,
                    _keyValuesAsText ? TextDataViewType.Instance : column.ItemType, column.IsKey && !_keyValuesAsText)];
            result[output] = new SchemaShape.Column(output, column.Kind, NumberDataViewType.UInt32, true,
                new SchemaShape([.. column.AnnotationsOf(AnnotationUtils.Kinds.SlotNames), .. values]));
        }
        return new SchemaShape(result.Values);
    }
}
