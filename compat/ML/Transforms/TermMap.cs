using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Collects the different values of a column in the order met; missing values (empty text, NaN, missing keys) are no values.</summary>
internal abstract class TermBuilder
{
    public abstract void AddRow();
    public abstract TermMap Finish();

    public static TermBuilder Create(DataViewSchema.Column source, DataViewRow row, ValueToKeyMappingEstimator.KeyOrdinality ordinality, int maximum)
        => source.Type.GetItemType() is PrimitiveDataViewType type and not RowIdDataViewType
            ? Generics.Call<TermBuilder>(Create<int>, [type.RawType], source, row, ordinality, maximum)
            : throw Contracts.ExceptSchemaMismatch("input", "input", source.Name, "a vector or scalar of a standard type", source.Type.ToString());

    private static TermBuilder Create<T>(DataViewSchema.Column source, DataViewRow row, ValueToKeyMappingEstimator.KeyOrdinality ordinality, int maximum)
        => new Builder<T>(source, row, ordinality, maximum);

    private sealed class Builder<T>(DataViewSchema.Column source, DataViewRow row, ValueToKeyMappingEstimator.KeyOrdinality ordinality, int maximum)
        : TermBuilder
    {
        private readonly List<T> _terms = [];
        private readonly HashSet<T> _seen = new(TermMap<T>.Comparer);
        private readonly ValueGetter<T> _getOne = source.Type is VectorDataViewType ? null : row.GetGetter<T>(source);
        private readonly ValueGetter<VBuffer<T>> _getMany = source.Type is VectorDataViewType ? row.GetGetter<VBuffer<T>>(source) : null;
        private readonly bool _isKey = source.Type.GetItemType() is KeyDataViewType;
        private T _one;
        private VBuffer<T> _many;

        public override void AddRow()
        {
            if (_terms.Count >= maximum)
                return;
            if (_getOne is not null)
            {
                _getOne(ref _one);
                Add(_one);
                return;
            }
            _getMany(ref _many);
            if (_many.IsDense)
                foreach (var value in _many.GetValues())
                    Add(value);
            else
                foreach (var value in _many.DenseValues())
                    Add(value);
        }

        private void Add(T value)
        {
            if (_terms.Count < maximum && !Conversions.IsMissing(value, _isKey) && _seen.Add(value))
                _terms.Add(value);
        }

        public override TermMap Finish()
        {
            if (ordinality == ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
                _terms.Sort(TermMap<T>.Order);
            return new TermMap<T>((PrimitiveDataViewType)source.Type.GetItemType(), [.. _terms]);
        }
    }
}

/// <summary>The values of a mapping in the order of their keys.</summary>
internal abstract class TermMap(PrimitiveDataViewType itemType, int count)
{
    public PrimitiveDataViewType ItemType { get; } = itemType;
    public int Count { get; } = count;
    public KeyDataViewType KeyType { get; } = new(typeof(uint), Math.Max(count, 1));

    public abstract Delegate MakeGetter(DataViewRow row, DataViewSchema.Column source);
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, bool asText);
    public abstract void Save(BinaryWriter writer);

    public static TermMap Load(BinaryReader reader)
    {
        var type = ValueCodec.ReadType(reader);
        return Generics.Call<TermMap>(Load<int>, [type.RawType], reader, type);
    }

    private static TermMap Load<T>(BinaryReader reader, DataViewType type)
        => new TermMap<T>((PrimitiveDataViewType)type, ValueCodec.ReadArray<T>(reader));
}

internal sealed class TermMap<T>(PrimitiveDataViewType itemType, T[] terms) : TermMap(itemType, terms.Length)
{
    /// <summary>Text by its characters, anything else by its own equality.</summary>
    public static IEqualityComparer<T> Comparer { get; } = new TextComparer() as IEqualityComparer<T> ?? EqualityComparer<T>.Default;

    /// <summary>Text by character codes ('A', 'Z', 'a'), anything else by its own order.</summary>
    public static IComparer<T> Order { get; } = new TextComparer() as IComparer<T> ?? Comparer<T>.Default;

    private readonly Lazy<Dictionary<T, uint>> _keys = new(() =>
    {
        var keys = new Dictionary<T, uint>(terms.Length, Comparer);
        foreach (var term in terms)
            keys.Add(term, (uint)keys.Count + 1);
        return keys;
    });

    public override Delegate MakeGetter(DataViewRow row, DataViewSchema.Column source)
    {
        var keys = _keys.Value;
        return VectorMap.MakeGetter(row, source, (T value) => keys.GetValueOrDefault(value));
    }

    public override void Save(BinaryWriter writer)
    {
        ValueCodec.WriteType(writer, ItemType);
        ValueCodec.WriteArray(writer, terms);
    }

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, bool asText)
    {
        if (Count == 0)
            return;
        if (ItemType is KeyDataViewType key && source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type
            is VectorDataViewType names && (ulong)names.Size == key.Count)
            Generics.Call<object>(AddNames<int>, [names.ItemType.RawType], annotations, source, names.ItemType, asText);
        else
            Add(annotations, ItemType, () => terms, asText);
    }

    /// <summary>Keys of keys are named by the names of the keys they came from.</summary>
    private object AddNames<TName>(DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column source, PrimitiveDataViewType nameType, bool asText)
    {
        Add(annotations, nameType, () =>
        {
            VBuffer<TName> names = default;
            source.GetKeyValues(ref names);
            return terms.Select(term => names.GetItemOrDefault((int)KeyValue.ToNumber(term) - 1)).ToArray();
        }, asText);
        return null;
    }

    private void Add<TValue>(DataViewSchema.Annotations.Builder annotations, PrimitiveDataViewType type, Func<TValue[]> getValues, bool asText)
    {
        if (asText && type is not TextDataViewType)
            Add(annotations, TextDataViewType.Instance, () => getValues().Select(Conversions.ToText).ToArray(), false);
        else
            annotations.Add(AnnotationUtils.Kinds.KeyValues, new VectorDataViewType(type, Count),
                (ref VBuffer<TValue> values) => values = new(Count, getValues().ToArray()));
    }
}

internal sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>, IComparer<ReadOnlyMemory<char>>
{
    public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);
    public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
    public int Compare(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.CompareTo(y.Span, StringComparison.Ordinal);
}
