using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Getters that apply a function to each item of a column, scalar or vector.</summary>
internal static class VectorMap
{
    public static Delegate MakeGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column source, Func<TSource, TResult> map)
        => source.Type is VectorDataViewType
            ? Vector(row.GetGetter<VBuffer<TSource>>(row.Schema[source.Index]), map)
            : Scalar(row.GetGetter<TSource>(row.Schema[source.Index]), map);

    private static ValueGetter<TResult> Scalar<TSource, TResult>(ValueGetter<TSource> getSource, Func<TSource, TResult> map)
    {
        TSource value = default;
        return (ref TResult result) =>
        {
            getSource(ref value);
            result = map(value);
        };
    }

    private static ValueGetter<VBuffer<TResult>> Vector<TSource, TResult>(ValueGetter<VBuffer<TSource>> getSource, Func<TSource, TResult> map)
    {
        VBuffer<TSource> source = default;
        return (ref VBuffer<TResult> result) =>
        {
            getSource(ref source);
            var values = source.GetValues();
            var indices = source.GetIndices();
            var ofDefault = source.IsDense ? default : map(default);
            // Sparse stays sparse only where the values left out keep being left out.
            bool sparse = !source.IsDense && EqualityComparer<TResult>.Default.Equals(ofDefault, default);
            var editor = VBufferEditor.Create(ref result, source.Length, sparse ? values.Length : source.Length);
            if (sparse)
                indices.CopyTo(editor.Indices);
            else if (!source.IsDense)
                editor.Values.Fill(ofDefault);
            for (int i = 0; i < values.Length; i++)
                editor.Values[sparse || source.IsDense ? i : indices[i]] = map(values[i]);
            result = editor.Commit();
        };
    }
}
