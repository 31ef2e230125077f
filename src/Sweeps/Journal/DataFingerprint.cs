using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What tells rows from others: their columns, their number, and a hash over their numbers, keys and texts.</summary>
internal static class DataFingerprint
{
    // FNV-1a, 64 bits. G. Fowler, L. Noll, K. Vo, "The FNV non-cryptographic hash algorithm", 1991.
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string Of(IDataView data, CancellationToken cancellationToken = default)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => !column.IsHidden)];
        using var cursor = data.GetRowCursor(columns);
        Func<ulong, ulong>[] parts = [.. columns.Select(column => Part(cursor, column)).OfType<Func<ulong, ulong>>()];
        ulong hash = Offset;
        long rows = 0;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows++;
            foreach (var part in parts)
            {
                hash = part(hash);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{rows} rows of {string.Join(", ", columns.Select(column => $"{column.Name}: {column.Type}"))}, hash {hash:x16}");
    }

    /// <summary>Takes a column's value into a hash; null for a type of other kinds, such as images.</summary>
    private static Func<ulong, ulong>? Part(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        { RawType: var type } when type == typeof(float) => Number<float>(row, column),
        { RawType: var type } when type == typeof(double) => Number<double>(row, column),
        { RawType: var type } when type == typeof(bool) => Number<bool>(row, column),
        { RawType: var type } when type == typeof(byte) => Number<byte>(row, column),
        { RawType: var type } when type == typeof(ushort) => Number<ushort>(row, column),
        { RawType: var type } when type == typeof(uint) => Number<uint>(row, column),
        { RawType: var type } when type == typeof(ulong) => Number<ulong>(row, column),
        { RawType: var type } when type == typeof(int) => Number<int>(row, column),
        { RawType: var type } when type == typeof(long) => Number<long>(row, column),
        { RawType: var type } when type == typeof(ReadOnlyMemory<char>) => Text(row, column),
        { RawType: var type } when type == typeof(VBuffer<float>) => Numbers<float>(row, column),
        { RawType: var type } when type == typeof(VBuffer<double>) => Numbers<double>(row, column),
        { RawType: var type } when type == typeof(VBuffer<byte>) => Numbers<byte>(row, column),
        _ => null,
    };

    private static Func<ulong, ulong> Number<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged
    {
        var getter = row.GetGetter<T>(column);
        return hash =>
        {
            T value = default;
            getter(ref value);
            return Add(hash, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        };
    }

    private static Func<ulong, ulong> Numbers<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        return hash =>
        {
            getter(ref values);
            return Add(Add(hash, MemoryMarshal.AsBytes(values.GetValues())), values.IsDense ? [] : MemoryMarshal.AsBytes(values.GetIndices()));
        };
    }

    private static Func<ulong, ulong> Text(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return hash =>
        {
            ReadOnlyMemory<char> value = default;
            getter(ref value);
            return Add(hash, Encoding.UTF8.GetBytes(value.ToString() + "\n"));
        };
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            hash = (hash ^ one) * Prime;
        }

        return hash;
    }
}
