using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Writes a schema with its annotations. Columns of types that this library does not know are left out.</summary>
internal static class SchemaSerializer
{
    private const byte KeyCode = 0xF0;
    private const byte VectorCode = 0xF1;

    private static readonly Dictionary<byte, PrimitiveDataViewType> s_primitives = Enum.GetValues<DataKind>()
        .Select(kind => KeyValuePair.Create((byte)kind, kind.ToColumnType()))
        .Append(new(16, RowIdDataViewType.Instance)).ToDictionary();

    private static readonly Dictionary<DataViewType, byte> s_codes = s_primitives.ToDictionary(pair => (DataViewType)pair.Value, pair => pair.Key);

    public static void Write(BinaryWriter writer, DataViewSchema schema) => WriteColumns(writer, schema, null);

    public static DataViewSchema Read(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = ReadName(reader);
            builder.AddColumn(name, ReadType(reader), ReadAnnotations(reader));
        }
        return builder.ToSchema();
    }

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = ReadName(reader);
            var type = ReadType(reader);
            builder.Add(name, type, type is VectorDataViewType vector
                ? Generics.Call<Delegate>(ReadVector<int>, [vector.ItemType.RawType], reader)
                : Generics.Call<Delegate>(ReadScalar<int>, [type.RawType], reader));
        }
        return builder.ToAnnotations();
    }

    // Values are written for annotations alone.
    private static void WriteColumns(BinaryWriter writer, DataViewSchema schema, DataViewSchema.Annotations values)
    {
        var known = schema.Where(c => c.Type.GetItemType() is KeyDataViewType || s_codes.ContainsKey(c.Type.GetItemType())).ToArray();
        writer.Write(known.Length);
        foreach (var column in known)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            if (values is null)
                WriteColumns(writer, column.Annotations.Schema, column.Annotations);
            else if (column.Type is VectorDataViewType vector)
                Generics.Call<object>(WriteVector<int>, [vector.ItemType.RawType], writer, values, column);
            else
                Generics.Call<object>(WriteScalar<int>, [column.Type.RawType], writer, values, column);
        }
    }

    private static void WriteType(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(VectorCode);
                WriteType(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write(KeyCode);
                WriteType(writer, AnnotationUtils.PrimitiveTypeFromType(key.RawType));
                writer.Write(key.Count);
                break;
            default:
                writer.Write(s_codes[type]);
                break;
        }
    }

    private static DataViewType ReadType(BinaryReader reader)
    {
        byte code = reader.ReadByte();
        return code == VectorCode ? new VectorDataViewType(ReadPrimitive(reader, reader.ReadByte()), ReadItems(reader, r => r.ReadInt32())) : ReadPrimitive(reader, code);
    }

    private static PrimitiveDataViewType ReadPrimitive(BinaryReader reader, byte code)
    {
        if (code == KeyCode)
            return new KeyDataViewType(ReadPrimitive(reader, reader.ReadByte()).RawType, reader.ReadUInt64());
        Contracts.CheckDecode(s_primitives.TryGetValue(code, out var type), $"Corrupt schema: there is no column type {code}.");
        return type;
    }

    private static string ReadName(BinaryReader reader)
    {
        string name = reader.ReadString();
        Contracts.CheckDecode(name.Length > 0, "Corrupt schema: a column has no name.");
        return name;
    }

    // A list, not an array of the count read: a corrupt count runs into the end of the data, not out of memory.
    private static T[] ReadItems<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var items = new List<T>();
        for (int count = reader.ReadInt32(); count > 0; count--)
            items.Add(read(reader));
        return [.. items];
    }

    private static object WriteScalar<T>(BinaryWriter writer, DataViewSchema.Annotations values, DataViewSchema.Column column)
    {
        T value = default;
        values.GetValue(column.Name, ref value);
        WriteItem(writer, value);
        return null;
    }

    private static Delegate ReadScalar<T>(BinaryReader reader)
    {
        var value = ReadItem<T>(reader);
        return (ValueGetter<T>)((ref T dst) => dst = value);
    }

    private static object WriteVector<T>(BinaryWriter writer, DataViewSchema.Annotations values, DataViewSchema.Column column)
    {
        VBuffer<T> value = default;
        values.GetValue(column.Name, ref value);
        writer.Write(value.Length);
        writer.Write(value.GetIndices().Length);
        foreach (int index in value.GetIndices())
            writer.Write(index);
        writer.Write(value.GetValues().Length);
        foreach (var item in value.GetValues())
            WriteItem(writer, item);
        return null;
    }

    private static Delegate ReadVector<T>(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        var indices = ReadItems(reader, r => r.ReadInt32());
        var items = ReadItems(reader, ReadItem<T>);
        bool ascending = indices.Zip(indices.Skip(1)).All(pair => pair.First < pair.Second);
        Contracts.CheckDecode(items.Length == length || (items.Length == indices.Length && ascending && indices.All(i => 0 <= i && i < length)),
            "Corrupt schema: the values of an annotation do not fit its length.");
        var value = new VBuffer<T>(length, items.Length, items, indices);
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> dst) => value.CopyTo(ref dst));
    }

    private static void WriteItem<T>(BinaryWriter writer, T item)
    {
        switch (item)
        {
            case sbyte v: writer.Write(v); break;
            case byte v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case ReadOnlyMemory<char> v: writer.Write(v.ToString()); break;
            case TimeSpan v: writer.Write(v.Ticks); break;
            case DateTime v: writer.Write(v.Ticks); break;
            case DateTimeOffset v: writer.Write(v.Ticks); writer.Write(v.Offset.Ticks); break;
            case DataViewRowId v: writer.Write(v.Low); writer.Write(v.High); break;
        }
    }

    private static T ReadItem<T>(BinaryReader reader)
    {
        object item = default(T) switch
        {
            sbyte => reader.ReadSByte(),
            byte => reader.ReadByte(),
            short => reader.ReadInt16(),
            ushort => reader.ReadUInt16(),
            int => reader.ReadInt32(),
            uint => reader.ReadUInt32(),
            long => reader.ReadInt64(),
            ulong => reader.ReadUInt64(),
            float => reader.ReadSingle(),
            double => reader.ReadDouble(),
            bool => reader.ReadBoolean(),
            ReadOnlyMemory<char> => reader.ReadString().AsMemory(),
            TimeSpan => new TimeSpan(reader.ReadInt64()),
            DateTime => new DateTime(reader.ReadInt64()),
            DateTimeOffset => new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64())),
            _ => new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64()),
        };
        return (T)item;
    }
}
