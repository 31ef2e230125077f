using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Feature columns of bytes, read as the numbers 0 to 255, beside those of numbers.</summary>
internal static class FeatureColumn
{
    /// <summary>The getter of a checked column's rows, as numbers.</summary>
    public static ValueGetter<VBuffer<float>> Getter(DataViewRow row, DataViewSchema.Column column) =>
        IsBytes(column.Type) ? AsNumbers(row.GetGetter<VBuffer<byte>>(column)) : row.GetGetter<VBuffer<float>>(column);

    /// <summary>Whether a column's rows are vectors of Byte.</summary>
    public static bool IsBytes(DataViewType type) => type is VectorDataViewType { ItemType: NumberDataViewType item } && item == NumberDataViewType.Byte;

    private static ValueGetter<VBuffer<float>> AsNumbers(ValueGetter<VBuffer<byte>> getter)
    {
        VBuffer<byte> bytes = default;
        return (ref VBuffer<float> value) =>
        {
            getter(ref bytes);
            var stored = bytes.GetValues();
            var editor = VBufferEditor.Create(ref value, bytes.Length, stored.Length);
            PixelScaling.Raw.Convert(stored, editor.Values);
            if (!bytes.IsDense)
            {
                bytes.GetIndices().CopyTo(editor.Indices);
            }

            value = editor.Commit();
        };
    }
}
