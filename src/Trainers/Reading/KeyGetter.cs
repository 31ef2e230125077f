using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Reads a key column of any raw type as a number: 0 for missing, else 1-based.</summary>
internal static class KeyGetter
{
    public static ValueGetter<ulong> Create(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        if (raw == typeof(uint))
        {
            return From<uint>(row, column, static v => v);
        }

        if (raw == typeof(byte))
        {
            return From<byte>(row, column, static v => v);
        }

        if (raw == typeof(ushort))
        {
            return From<ushort>(row, column, static v => v);
        }

        return raw == typeof(ulong) ? row.GetGetter<ulong>(column) : throw new NotSupportedException($"Keys of type {raw} can't be read.");
    }

    private static ValueGetter<ulong> From<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> widen)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return (ref ulong key) =>
        {
            getter(ref value);
            key = widen(value);
        };
    }
}
