using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Replaces values by their keys; a value without one by the missing key, 0.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "TermTransform";

    private readonly TermMap[] _terms;
    private readonly bool _keyValuesAsText;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns, TermMap[] terms,
        bool keyValuesAsText) : base(env.Register(nameof(ValueToKeyMappingTransformer)), columns)
        => (_terms, _keyValuesAsText) = (terms, keyValuesAsText);

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var pairs = LoadColumns(ctx.Reader);
        bool keyValuesAsText = ctx.Reader.ReadBoolean();
        return new ValueToKeyMappingTransformer(env, pairs, pairs.Select(_ => TermMap.Load(ctx.Reader)).ToArray(), keyValuesAsText);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx.Writer);
        ctx.Writer.Write(_keyValuesAsText);
        foreach (var terms in _terms)
            terms.Save(ctx.Writer);
    }

    private static VersionInfo GetVersionInfo() => TransformVersion.Make("TERMTRNF", LoaderSignature);

    private protected override MappedColumn MapColumn(int i, DataViewSchema.Column source)
    {
        var terms = _terms[i];
        if (!source.Type.GetItemType().Equals(terms.ItemType))
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", source.Name, terms.ItemType.ToString(), source.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        terms.AddKeyValues(annotations, source, _keyValuesAsText);
        annotations.Add(source.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(terms.KeyType, vector.Dimensions) : terms.KeyType;
        return new MappedColumn(ColumnPairs[i].outputColumnName, type, annotations.ToAnnotations(), [source.Index], row => terms.MakeGetter(row, source));
    }
}
