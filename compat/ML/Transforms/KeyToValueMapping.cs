using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly (string outputColumnName, string inputColumnName)[] _columns;

    internal KeyToValueMappingEstimator(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingEstimator)), new KeyToValueMappingTransformer(env, columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var (output, input) in _columns)
        {
            var column = inputSchema.FindInput(input);
            if (!column.IsKey)
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", input, "KeyType", column.GetTypeString());
            if (!column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values))
                throw Contracts.ExceptParam(nameof(inputSchema), $"Input column '{input}' doesn't contain key values metadata");
            result[output] = new SchemaShape.Column(output, column.Kind, values.ItemType, values.IsKey,
                new SchemaShape(column.AnnotationsOf(AnnotationUtils.Kinds.SlotNames)));
        }
        return new SchemaShape(result.Values);
    }
}

/// <summary>Replaces keys by the values that the column's KeyValues annotation gives them; a missing key by NaN, empty text or zero.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns) { }

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new KeyToValueMappingTransformer(env, LoadColumns(ctx.Reader));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx.Writer);
    }

    private static VersionInfo GetVersionInfo() => TransformVersion.Make("KEY2VALT", LoaderSignature);

    private protected override MappedColumn MapColumn(int i, DataViewSchema.Column source)
    {
        if (source.Type.GetItemType() is not KeyDataViewType key)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", source.Name, "KeyType", source.Type.ToString());
        var valuesType = source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type as VectorDataViewType;
        Contracts.Check(valuesType is not null, "Metadata KeyValues does not exist");
        Contracts.Check((ulong)valuesType.Size == key.Count, "KeyValues metadata size does not match column type key count");
        DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(valuesType.ItemType, vector.Dimensions) : valuesType.ItemType;
        return new MappedColumn(ColumnPairs[i].outputColumnName, type, TransformSchema.Keep(source, AnnotationUtils.Kinds.SlotNames), [source.Index],
            row => Generics.Call<Delegate>(MakeGetter<byte, int>, [key.RawType, valuesType.ItemType.RawType], row, source));
    }

    private static Delegate MakeGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column source)
    {
        VBuffer<TValue> annotation = default;
        source.GetKeyValues(ref annotation);
        var values = annotation.DenseValues().ToArray();
        var missing = Conversions.Missing<TValue>();
        return VectorMap.MakeGetter(row, source, (TKey key) =>
        {
            ulong index = KeyValue.ToNumber(key) - 1; // a missing key becomes the largest number
            return index < (ulong)values.Length ? values[index] : missing;
        });
    }
}
