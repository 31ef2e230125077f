using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Values and column types in the binary form of saved models.</summary>
internal static class ValueCodec
{
    public static void WriteArray<T>(BinaryWriter writer, ReadOnlySpan<T> values)
    {
        writer.Write(values.Length);
        foreach (ref readonly var value in values)
        {
            if (value is ReadOnlyMemory<char> text)
                writer.Write(text.ToString());
            else
                writer.Write(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in value)), Unsafe.SizeOf<T>()));
        }
    }

    public static void WriteArray<T>(BinaryWriter writer, T[] values) => WriteArray(writer, values.AsSpan());

    public static T[] ReadArray<T>(BinaryReader reader)
    {
        var values = new List<T>();
        for (int n = reader.ReadInt32(); n > 0; n--)
        {
            if (typeof(T) == typeof(ReadOnlyMemory<char>))
                values.Add((T)(object)reader.ReadString().AsMemory());
            else
            {
                var value = default(T);
                reader.BaseStream.ReadExactly(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>()));
                values.Add(value);
            }
        }
        return [.. values];
    }

    public static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var dimensions = type is VectorDataViewType vector ? vector.Dimensions.ToArray() : [];
        WriteArray(writer, dimensions);
        var item = type.GetItemType();
        writer.Write((byte)Enum.GetValues<DataKind>().First(kind => kind.ToColumnType().RawType == item.RawType));
        writer.Write(item is KeyDataViewType key ? key.Count : 0);
    }

    public static DataViewType ReadType(BinaryReader reader)
    {
        var dimensions = ReadArray<int>(reader);
        var item = ((DataKind)reader.ReadByte()).ToColumnType();
        ulong count = reader.ReadUInt64();
        if (count > 0)
            item = new KeyDataViewType(item.RawType, count);
        return dimensions.Length > 0 ? new VectorDataViewType(item, dimensions) : item;
    }
}
