using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>An annotation of columns of pixels: the 256 numbers that bytes became, by which a trainer makes bytes of them again. Transforms that change a column drop it.</summary>
internal static class PixelValues
{
    private const string Kind = "PixelValues";
    private const int Count = byte.MaxValue + 1;

    /// <summary>The annotation of a column of scaled bytes.</summary>
    public static DataViewSchema.Annotations Annotation(PixelScaling scaling)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Kind, new VectorDataViewType(NumberDataViewType.Single, Count), (ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, Count);
            scaling.Table().CopyTo(editor.Values);
            value = editor.Commit();
        });
        return builder.ToAnnotations();
    }

    /// <summary>The numbers that a column's bytes became; null where it does not tell.</summary>
    public static float[]? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: VectorDataViewType { Size: Count, ItemType: NumberDataViewType item } } || item != NumberDataViewType.Single)
        {
            return null;
        }

        VBuffer<float> values = default;
        column.Annotations.GetValue(Kind, ref values);
        return [.. values.DenseValues()];
    }
}
