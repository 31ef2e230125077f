using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel), "", ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string LoaderSignature = "ConcatTransform";

    private readonly string _name;
    private readonly string[] _sources;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
        : base(env.Register(nameof(ColumnConcatenatingTransformer)))
    {
        _name = outputColumnName;
        _sources = inputColumnNames;
    }

    private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        string name = ctx.Reader.ReadString();
        var sources = new List<string>();
        for (int n = ctx.Reader.ReadInt32(); n > 0; n--)
            sources.Add(ctx.Reader.ReadString());
        return new ColumnConcatenatingTransformer(env, name, [.. sources]);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write(_name);
        ctx.Writer.Write(_sources.Length);
        foreach (string source in _sources)
            ctx.Writer.Write(source);
    }

    private static VersionInfo GetVersionInfo() => TransformVersion.Make("CONCAT F", LoaderSignature);

    private protected override RowMapper MakeMapper(DataViewSchema inputSchema)
    {
        var sources = _sources.Select(name => inputSchema.GetColumnOrNull(name)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name)).ToArray();
        // One vector column alone is passed on as it is.
        if (sources.Length == 1 && sources[0].Type is VectorDataViewType)
            return RowMapper.Append(inputSchema, [MappedColumn.PassOn(sources[0], _name)]);

        var itemType = sources[0].Type.GetItemType() as PrimitiveDataViewType;
        int size = 0;
        foreach (var source in sources)
        {
            if (itemType is null || !source.Type.GetItemType().Equals(itemType))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, $"{itemType}", source.Type.ToString());
            int length = source.Type is VectorDataViewType vector ? vector.Size : 1;
            size = length == 0 || size < 0 ? -1 : checked(size + length);
        }
        var makeGetter = (DataViewRow row) => Generics.Call<Delegate>(MakeGetter<int>, [itemType.RawType], row, sources);
        return RowMapper.Append(inputSchema, [new MappedColumn(_name, new VectorDataViewType(itemType, Math.Max(size, 0)),
            Annotations(sources, size), [.. sources.Select(c => c.Index)], makeGetter)]);
    }

    private static DataViewSchema.Annotations Annotations(DataViewSchema.Column[] sources, int size)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (size > 0 && sources.Any(c => c.Type is not VectorDataViewType || c.HasSlotNames()))
            builder.Add(AnnotationUtils.Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size),
                (ref VBuffer<ReadOnlyMemory<char>> names) => names = new(size, SlotNames(sources).Select(name => name.AsMemory()).ToArray()));
        if (sources.All(c => c.IsNormalized()))
            builder.Add(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, (ref bool value) => value = true);
        return builder.ToAnnotations();
    }

    /// <summary>The name of a scalar column, "Column.Slot" for a named slot of a vector, nothing for another slot.</summary>
    private static IEnumerable<string> SlotNames(DataViewSchema.Column[] sources)
    {
        foreach (var source in sources)
        {
            if (source.Type is not VectorDataViewType vector)
                yield return source.Name;
            else
            {
                VBuffer<ReadOnlyMemory<char>> names = new(vector.Size, 0, [], []);
                if (source.HasSlotNames())
                    source.GetSlotNames(ref names);
                foreach (var name in names.DenseValues())
                    yield return name.IsEmpty ? "" : $"{source.Name}.{name}";
            }
        }
    }

    private static Delegate MakeGetter<T>(DataViewRow row, DataViewSchema.Column[] sources)
    {
        // A scalar is a vector of one value, so that one loop does both.
        var getters = sources.Select(source => source.Type is VectorDataViewType
            ? row.GetGetter<VBuffer<T>>(row.Schema[source.Index]) : AsVector(row.GetGetter<T>(row.Schema[source.Index]))).ToArray();
        var sizes = sources.Select(source => source.Type is VectorDataViewType vector ? vector.Size : 1).ToArray();
        var parts = new VBuffer<T>[sources.Length];
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> result) =>
        {
            int length = 0, count = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                getters[i](ref parts[i]);
                if (sizes[i] != 0 && sizes[i] != parts[i].Length)
                    throw new InvalidOperationException($"Column '{sources[i].Name}': expected {sizes[i]} slots, but got {parts[i].Length}");
                length = checked(length + parts[i].Length);
                count += parts[i].GetValues().Length;
            }
            result = count <= length / 2 ? JoinSparse(parts, length, count, ref result) : JoinDense(parts, length, ref result);
        });
    }

    private static ValueGetter<VBuffer<T>> AsVector<T>(ValueGetter<T> getter) => (ref VBuffer<T> result) =>
    {
        var editor = VBufferEditor.Create(ref result, 1);
        getter(ref editor.Values[0]);
        result = editor.Commit();
    };

    private static VBuffer<T> JoinDense<T>(VBuffer<T>[] parts, int length, ref VBuffer<T> reused)
    {
        var editor = VBufferEditor.Create(ref reused, length);
        int offset = 0;
        foreach (var part in parts)
        {
            part.CopyTo(editor.Values, offset);
            offset += part.Length;
        }
        return editor.Commit();
    }

    private static VBuffer<T> JoinSparse<T>(VBuffer<T>[] parts, int length, int count, ref VBuffer<T> reused)
    {
        var editor = VBufferEditor.Create(ref reused, length, count);
        int offset = 0, filled = 0;
        foreach (var part in parts)
        {
            var values = part.GetValues();
            var indices = part.GetIndices();
            for (int i = 0; i < values.Length; i++)
            {
                editor.Values[filled] = values[i];
                editor.Indices[filled++] = offset + (part.IsDense ? i : indices[i]);
            }
            offset += part.Length;
        }
        return editor.Commit();
    }
}
