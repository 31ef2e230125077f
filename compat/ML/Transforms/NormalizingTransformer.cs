using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "", NormalizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "Normalizer";

    private readonly (DataViewType Type, ColumnNormalizer Normalizer)[] _columns;

    internal NormalizingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] pairs,
        (DataViewType, ColumnNormalizer)[] columns) : base(env.Register(nameof(NormalizingTransformer)), pairs) => _columns = columns;

    /// <summary>The parameters learned for a column: by type <see cref="AffineNormalizerModelParameters{TData}"/> or
    /// <see cref="CdfNormalizerModelParameters{TData}"/> of Single, Double, or immutable arrays of these.</summary>
    public NormalizerModelParametersBase GetNormalizerModelParameters(int index)
    {
        Contracts.CheckParam((uint)index < (uint)_columns.Length, nameof(index),
            $"Not valid. Valid range is from 0 (inclusive) to {_columns.Length} (exclusive) but got {index}.");
        return _columns[index].Normalizer.Parameters;
    }

    internal static bool IsReal(DataViewType type) => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    internal static bool IsNormalizable(DataViewType type) => type is VectorDataViewType vector ? vector.IsKnownSize && IsReal(vector.ItemType) : IsReal(type);

    private static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var pairs = LoadColumns(ctx.Reader);
        return new NormalizingTransformer(env, pairs, pairs.Select(_ =>
        {
            var type = ValueCodec.ReadType(ctx.Reader);
            return (type, ColumnNormalizer.Load(ctx.Reader, type));
        }).ToArray());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx.Writer);
        foreach (var (type, normalizer) in _columns)
        {
            ValueCodec.WriteType(ctx.Writer, type);
            normalizer.Save(ctx.Writer);
        }
    }

    private static VersionInfo GetVersionInfo() => TransformVersion.Make("NORMALZR", LoaderSignature);

    private protected override MappedColumn MapColumn(int i, DataViewSchema.Column source)
    {
        if (!IsNormalizable(source.Type) || !source.Type.GetItemType().Equals(_columns[i].Type.GetItemType()))
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", source.Name, "scalar or known-size vector of Single", source.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, (ref bool value) => value = true);
        annotations.Add(source.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        return new MappedColumn(ColumnPairs[i].outputColumnName, _columns[i].Type, annotations.ToAnnotations(), [source.Index],
            row => _columns[i].Normalizer.MakeGetter(row, source.Index));
    }

    public abstract class NormalizerModelParametersBase
    {
        private protected NormalizerModelParametersBase() { }
    }

    /// <summary>y = (x − Offset) · Scale; the offsets are empty where zero was kept.</summary>
    public sealed class AffineNormalizerModelParameters<TData> : NormalizerModelParametersBase
    {
        internal AffineNormalizerModelParameters(TData scale, TData offset) => (Scale, Offset) = (scale, offset);

        public TData Scale { get; }
        public TData Offset { get; }
    }

    public sealed class CdfNormalizerModelParameters<TData> : NormalizerModelParametersBase
    {
        internal CdfNormalizerModelParameters(TData mean, TData standardDeviation, bool useLog)
            => (Mean, StandardDeviation, UseLog) = (mean, standardDeviation, useLog);

        public TData Mean { get; }
        public TData StandardDeviation { get; }
        public bool UseLog { get; }
    }
}
