using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(TypeConvertingTransformer), null, typeof(SignatureLoadModel), "", TypeConvertingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal static class Defaults
    {
        public const DataKind DefaultOutputKind = DataKind.Single;
    }

    private readonly DataKind _kind;
    private readonly (string outputColumnName, string inputColumnName)[] _columns;

    internal TypeConvertingEstimator(IHostEnvironment env, DataKind kind, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(TypeConvertingEstimator)), new TypeConvertingTransformer(env, kind, columns))
        => (_kind, _columns) = (kind, columns);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var (output, input) in _columns)
        {
            var column = inputSchema.FindInput(input);
            var type = _kind.ToColumnType();
            Contracts.CheckParam(Conversions.Exists(column.ItemType.RawType, type.RawType), nameof(inputSchema), $"Don't know how to convert {input} into {type}");
            result[output] = new SchemaShape.Column(output, column.Kind, type, false, column.Annotations);
        }
        return new SchemaShape(result.Values);
    }
}

public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ConvertTransform";

    private readonly DataKind _kind;

    internal TypeConvertingTransformer(IHostEnvironment env, DataKind kind, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(TypeConvertingTransformer)), columns) => _kind = kind;

    private static TypeConvertingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var pairs = LoadColumns(ctx.Reader);
        return new TypeConvertingTransformer(env, (DataKind)ctx.Reader.ReadByte(), pairs);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx.Writer);
        ctx.Writer.Write((byte)_kind);
    }

    private static VersionInfo GetVersionInfo() => TransformVersion.Make("CONVERTF", LoaderSignature);

    private protected override MappedColumn MapColumn(int i, DataViewSchema.Column source)
    {
        var from = source.Type.GetItemType();
        PrimitiveDataViewType to = _kind.ToColumnType();
        bool possible = Conversions.Exists(from.RawType, to.RawType);
        if (from is KeyDataViewType key)
        {
            // A key stays a key: only its raw type may change, and it must hold as many values.
            possible &= KeyDataViewType.IsValidDataType(to.RawType) && key.Count <= MaximumKeyCount(to.RawType);
            to = possible ? new KeyDataViewType(to.RawType, key.Count) : to;
        }
        if (!possible)
            throw Contracts.ExceptParam("inputSchema", $"source column '{source.Name}' with item type '{source.Type}' is not compatible with destination type '{to}'");

        var kept = new List<string>();
        if (source.Type is VectorDataViewType { IsKnownSize: true })
            kept.Add(AnnotationUtils.Kinds.SlotNames);
        if (to is KeyDataViewType)
            kept.Add(AnnotationUtils.Kinds.KeyValues);
        if (from is NumberDataViewType && to is NumberDataViewType)
            kept.Add(AnnotationUtils.Kinds.IsNormalized);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(source.Annotations, kept.Contains);
        if (source.Type is BooleanDataViewType && to is NumberDataViewType)
            annotations.Add(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, (ref bool value) => value = true);
        DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(to, vector.Dimensions) : to;
        return new MappedColumn(ColumnPairs[i].outputColumnName, type, annotations.ToAnnotations(), [source.Index],
            row => Generics.Call<Delegate>(MakeGetter<int, int>, [from.RawType, to.RawType], row, source));
    }

    private static ulong MaximumKeyCount(Type type) => type == typeof(byte) ? byte.MaxValue
        : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;

    private static Delegate MakeGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column source)
        => VectorMap.MakeGetter(row, source, Conversions.Get<TSource, TResult>());
}
