using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Fills objects from rows: the members of a class bound to the columns of a schema.</summary>
internal sealed class TypedRowWriter<TRow> where TRow : class
{
    private readonly List<(TypedColumn Member, DataViewSchema.Column Column)> _bound = [];

    public TypedRowWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (var member in TypedColumn.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw Contracts.ExceptSchemaMismatch(nameof(schema), "", member.Name);
            }
            var (itemType, isVector) = TypedColumn.ItemTypeOf(member.Member);
            Contracts.Check(column.Type is VectorDataViewType == isVector && column.Type.GetItemType().RawType == itemType,
                $"Can't bind the IDataView column '{member.Name}' of type '{column.Type}' to field or property '{member.Member.Name}' of type '{member.MemberType}'.");
            _bound.Add((member, column));
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(b => b.Column);

    /// <summary>The action that fills an object from the row's present values.</summary>
    public Action<TRow> Attach(DataViewRow row)
    {
        var setters = _bound.Select(b => Setter(row, b.Column, b.Member)).ToArray();
        return target =>
        {
            foreach (var set in setters)
                set(target);
        };
    }

    private static Action<TRow> Setter(DataViewRow row, DataViewSchema.Column column, TypedColumn member)
    {
        var type = member.MemberType;
        if (type == typeof(string))
            return Converting(row.GetGetter<ReadOnlyMemory<char>>(column), member.Writer<TRow, string>(), text => text.ToString());
        if (type == typeof(string[]))
            return Converting(row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column), member.Writer<TRow, string[]>(), texts => texts.DenseValues().Select(t => t.ToString()).ToArray());
        if (type.IsArray)
            return Generics.Call<Action<TRow>>(Vector<int>, [type.GetElementType()], row, column, member);
        return column.Type is VectorDataViewType vector
            ? Generics.Call<Action<TRow>>(Buffer<int>, [vector.ItemType.RawType], row, column, member)
            : Generics.Call<Action<TRow>>(Direct<int>, [type], row, column, member);
    }

    private static Action<TRow> Converting<TSource, TTarget>(ValueGetter<TSource> get, Action<TRow, TTarget> write, Func<TSource, TTarget> convert)
    {
        TSource value = default;
        return target =>
        {
            get(ref value);
            write(target, convert(value));
        };
    }

    private static Action<TRow> Direct<T>(DataViewRow row, DataViewSchema.Column column, TypedColumn member)
        => Converting(row.GetGetter<T>(column), member.Writer<TRow, T>(), value => value);

    // An array of the right length that the object already has is filled in place, so that a reused object allocates nothing.
    private static Action<TRow> Vector<T>(DataViewRow row, DataViewSchema.Column column, TypedColumn member)
    {
        var get = row.GetGetter<VBuffer<T>>(column);
        var read = member.Reader<TRow, T[]>();
        var write = member.Writer<TRow, T[]>();
        VBuffer<T> value = default;
        return target =>
        {
            get(ref value);
            var array = read(target);
            if (array?.Length != value.Length)
                array = new T[value.Length];
            value.CopyTo(array);
            write(target, array);
        };
    }

    private static Action<TRow> Buffer<T>(DataViewRow row, DataViewSchema.Column column, TypedColumn member)
    {
        var get = row.GetGetter<VBuffer<T>>(column);
        var read = member.Reader<TRow, VBuffer<T>>();
        var write = member.Writer<TRow, VBuffer<T>>();
        return target =>
        {
            var value = read(target);
            get(ref value);
            write(target, value);
        };
    }
}
