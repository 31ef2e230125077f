using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Writes a schema with its annotations. Columns of types that have no <see cref="DataKind"/> are left out.</summary>
internal static class SchemaSerializer
{
    public static void Write(BinaryWriter writer, DataViewSchema schema) => WriteColumns(writer, schema, column => WriteAnnotations(writer, column.Annotations));

    public static DataViewSchema Read(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        ReadColumns(reader, (name, type) => builder.AddColumn(name, type, ReadAnnotations(reader)));
        return builder.ToSchema();
    }

    private static void WriteAnnotations(BinaryWriter writer, DataViewSchema.Annotations annotations)
        => WriteColumns(writer, annotations.Schema, column =>
        {
            if (column.Type is VectorDataViewType vector)
                Generics.Call<object>(WriteVector<int>, [vector.ItemType.RawType], writer, annotations, column.Name);
            else
                Generics.Call<object>(WriteScalar<int>, [column.Type.RawType], writer, annotations, column.Name);
        });

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        ReadColumns(reader, (name, type) => builder.Add(name, type, type is VectorDataViewType vector
            ? Generics.Call<Delegate>(ReadVector<int>, [vector.ItemType.RawType], reader)
            : Generics.Call<Delegate>(ReadScalar<int>, [type.RawType], reader)));
        return builder.ToAnnotations();
    }

    private static void WriteColumns(BinaryWriter writer, DataViewSchema schema, Action<DataViewSchema.Column> writeRest)
    {
        var known = schema.Where(c => c.Type.GetItemType() is PrimitiveDataViewType and not RowIdDataViewType).ToArray();
        writer.Write(known.Length);
        foreach (var column in known)
        {
            writer.Write(column.Name);
            ValueCodec.WriteType(writer, column.Type);
            writeRest(column);
        }
    }

    private static void ReadColumns(BinaryReader reader, Action<string, DataViewType> readRest)
    {
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = reader.ReadString();
            readRest(name, ValueCodec.ReadType(reader));
        }
    }

    private static object WriteScalar<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, string kind)
    {
        T value = default;
        annotations.GetValue(kind, ref value);
        ValueCodec.WriteArray(writer, [value]);
        return null;
    }

    private static Delegate ReadScalar<T>(BinaryReader reader)
    {
        var values = ValueCodec.ReadArray<T>(reader);
        Contracts.CheckDecode(values.Length == 1, "Corrupt schema: an annotation has not one value.");
        return (ValueGetter<T>)((ref T dst) => dst = values[0]);
    }

    private static object WriteVector<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, string kind)
    {
        VBuffer<T> value = default;
        annotations.GetValue(kind, ref value);
        writer.Write(value.Length);
        ValueCodec.WriteArray(writer, value.GetIndices());
        ValueCodec.WriteArray(writer, value.GetValues());
        return null;
    }

    private static Delegate ReadVector<T>(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        var indices = ValueCodec.ReadArray<int>(reader);
        var values = ValueCodec.ReadArray<T>(reader);
        bool ascending = indices.Zip(indices.Skip(1)).All(pair => pair.First < pair.Second);
        Contracts.CheckDecode(values.Length == length || (values.Length == indices.Length && ascending && indices.All(i => 0 <= i && i < length)),
            "Corrupt schema: the values of an annotation do not fit its length.");
        var value = new VBuffer<T>(length, values.Length, values, indices);
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> dst) => value.CopyTo(ref dst));
    }
}
