using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Getters that read a column's value out of the current row object.</summary>
internal static class TypedGetters
{
    public static Delegate Create<TRow>(TypedColumn column, Func<TRow> current)
    {
        var member = column.MemberType;
        if (member == typeof(string))
            return Text(column.Reader<TRow, string>(), current);
        if (member == typeof(string[]))
            return Texts(column.Reader<TRow, string[]>(), current);
        if (member.IsArray)
            return Generics.Call<Delegate>(Vector<TRow, int>, [typeof(TRow), member.GetElementType()], column, current);
        if (column.Type is VectorDataViewType vector)
            return Generics.Call<Delegate>(Buffer<TRow, int>, [typeof(TRow), vector.ItemType.RawType], column, current);
        return column.Type is KeyDataViewType
            ? Generics.Call<Delegate>(Key<TRow, int>, [typeof(TRow), member], column, current)
            : Generics.Call<Delegate>(Direct<TRow, int>, [typeof(TRow), member], column, current);
    }

    private static ValueGetter<ReadOnlyMemory<char>> Text<TRow>(Func<TRow, string> read, Func<TRow> current)
        => (ref ReadOnlyMemory<char> dst) => dst = read(current()).AsMemory();

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts<TRow>(Func<TRow, string[]> read, Func<TRow> current)
        => (ref VBuffer<ReadOnlyMemory<char>> dst) =>
        {
            var source = read(current()) ?? [];
            var editor = VBufferEditor.Create(ref dst, source.Length);
            for (int i = 0; i < source.Length; i++)
                editor.Values[i] = source[i].AsMemory();
            dst = editor.Commit();
        };

    private static Delegate Vector<TRow, T>(TypedColumn column, Func<TRow> current)
    {
        var read = column.Reader<TRow, T[]>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> dst) =>
        {
            var source = read(current()) ?? [];
            VBuffer<T>.Copy(source, 0, ref dst, source.Length);
        });
    }

    private static Delegate Buffer<TRow, T>(TypedColumn column, Func<TRow> current)
    {
        var read = column.Reader<TRow, VBuffer<T>>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> dst) => read(current()).CopyTo(ref dst));
    }

    // A scalar key counts from 0 in the object and from 1 in the column; what lies outside its range is missing, 0.
    private static Delegate Key<TRow, T>(TypedColumn column, Func<TRow> current)
    {
        Contracts.Check(typeof(T) == typeof(byte) || typeof(T) == typeof(uint) || typeof(T) == typeof(ulong), $"Key member '{column.Member.Name}' must be a byte, uint or ulong.");
        var read = column.Reader<TRow, T>();
        ulong count = ((KeyDataViewType)column.Type).Count;
        return (ValueGetter<T>)((ref T dst) =>
        {
            ulong value = Convert.ToUInt64(read(current()));
            dst = (T)Convert.ChangeType(value < count ? value + 1 : 0, typeof(T));
        });
    }

    private static Delegate Direct<TRow, T>(TypedColumn column, Func<TRow> current)
    {
        var read = column.Reader<TRow, T>();
        return (ValueGetter<T>)((ref T dst) => dst = read(current()));
    }
}
