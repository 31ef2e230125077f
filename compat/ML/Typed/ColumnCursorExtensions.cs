using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    /// <summary>The values of a column: its raw type, <see cref="string"/> for text, an array for a vector.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) => GetColumn<T>(data, data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        Contracts.CheckParam(column.Index < data.Schema.Count && data.Schema[column.Index].Name == column.Name && data.Schema[column.Index].Type == column.Type,
            nameof(column), $"Column '{column.Name}' of type {column.Type} is not at index {column.Index} of the data.");
        if (typeof(T) == column.Type.RawType)
            return Values<T, T>(data, column, value => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return Values<ReadOnlyMemory<char>, T>(data, column, text => (T)(object)text.ToString());
        if (column.Type is VectorDataViewType vector)
        {
            if (typeof(T) == typeof(string[]) && vector.ItemType is TextDataViewType)
                return Values<VBuffer<ReadOnlyMemory<char>>, T>(data, column, texts => (T)(object)texts.DenseValues().Select(t => t.ToString()).ToArray());
            if (typeof(T).IsArray && typeof(T).GetElementType() == vector.ItemType.RawType)
                return Generics.Call<IEnumerable<T>>(Arrays<int>, [vector.ItemType.RawType], data, column);
        }
        throw Contracts.ExceptParam(nameof(column), $"Cannot map column (name: {column.Name}, type: {column.Type}) to the user-defined type {typeof(T)}.");
    }

    private static IEnumerable<T[]> Arrays<T>(IDataView data, DataViewSchema.Column column)
        => Values<VBuffer<T>, T[]>(data, column, value =>
        {
            var array = new T[value.Length];
            value.CopyTo(array);
            return array;
        });

    private static IEnumerable<TResult> Values<TValue, TResult>(IDataView data, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var get = cursor.GetGetter<TValue>(column);
        TValue value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            yield return convert(value);
        }
    }
}
