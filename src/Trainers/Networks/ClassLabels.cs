using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The classes of a label: how many, and the values that its keys stand for, where the label column tells them.</summary>
internal abstract class ClassLabels(int count)
{
    public const string KeyValues = "KeyValues";

    /// <summary>The most classes that are told apart.</summary>
    public const int MaxCount = 1 << 22;

    public int Count { get; } = count;

    /// <summary>The classes as text, or null where the label column has no key values.</summary>
    public virtual string[]? Names => null;

    /// <summary>Classes without values.</summary>
    public static ClassLabels Of(int count) => new Unnamed(count);

    /// <summary>Reads the key values of a label column.</summary>
    public static ClassLabels From(DataViewSchema.Column label)
    {
        ulong keys = ((KeyDataViewType)label.Type).Count;
        if (keys > MaxCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(label), string.Create(CultureInfo.InvariantCulture, $"The label '{label.Name}' has {keys:N0} classes, but at most {MaxCount:N0} are told apart. Is it a class at all? For numbers there is MlpRegression."));
        }

        int count = (int)keys;
        var annotation = label.Annotations.Schema.GetColumnOrNull(KeyValues);
        if (annotation?.Type is not VectorDataViewType { ItemType: PrimitiveDataViewType item } vector || vector.Size != count)
        {
            return new Unnamed(count);
        }

        return Named.Find(item.RawType)?.Read(label.Annotations, item) ?? new Unnamed(count);
    }

    /// <param name="reader">The file.</param>
    /// <param name="outputs">The outputs of the network, one a class.</param>
    public static ClassLabels Read(BinaryReader reader, int outputs)
    {
        int count = reader.ReadInt32();
        if (count != outputs || count > MaxCount)
        {
            throw new InvalidDataException($"it tells {count} classes for {outputs} outputs");
        }

        byte code = reader.ReadByte();
        if (code == 0)
        {
            return new Unnamed(count);
        }

        return code <= Named.All.Length ? Named.All[code - 1].Read(reader, count) : throw new InvalidDataException($"its class values have the unknown type {code}");
    }

    public abstract void Write(BinaryWriter writer);

    /// <summary>Adds the class values under an annotation's name, if there are any.</summary>
    public virtual void AddValues(DataViewSchema.Annotations.Builder builder, string annotation)
    {
    }

    /// <summary>Whether both stand for the same classes in the same order; classes without values equal any of the same number.</summary>
    public bool Matches(ClassLabels other) =>
        Count == other.Count && (Names is null || other.Names is null || Names.AsSpan().SequenceEqual(other.Names));

    private sealed class Unnamed(int count) : ClassLabels(count)
    {
        public override void Write(BinaryWriter writer)
        {
            writer.Write(Count);
            writer.Write((byte)0);
        }
    }

    /// <summary>The types of class values that model files know; the position is the code in the file.</summary>
    private abstract class Named
    {
        public static readonly Named[] All =
        [
            new Values<ReadOnlyMemory<char>>.Kind(TextDataViewType.Instance, (w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory()),
            new Values<float>.Kind(NumberDataViewType.Single, (w, v) => w.Write(v), r => r.ReadSingle()),
            new Values<double>.Kind(NumberDataViewType.Double, (w, v) => w.Write(v), r => r.ReadDouble()),
            new Values<sbyte>.Kind(NumberDataViewType.SByte, (w, v) => w.Write(v), r => r.ReadSByte()),
            new Values<byte>.Kind(NumberDataViewType.Byte, (w, v) => w.Write(v), r => r.ReadByte()),
            new Values<short>.Kind(NumberDataViewType.Int16, (w, v) => w.Write(v), r => r.ReadInt16()),
            new Values<ushort>.Kind(NumberDataViewType.UInt16, (w, v) => w.Write(v), r => r.ReadUInt16()),
            new Values<int>.Kind(NumberDataViewType.Int32, (w, v) => w.Write(v), r => r.ReadInt32()),
            new Values<uint>.Kind(NumberDataViewType.UInt32, (w, v) => w.Write(v), r => r.ReadUInt32()),
            new Values<long>.Kind(NumberDataViewType.Int64, (w, v) => w.Write(v), r => r.ReadInt64()),
            new Values<ulong>.Kind(NumberDataViewType.UInt64, (w, v) => w.Write(v), r => r.ReadUInt64()),
            new Values<bool>.Kind(BooleanDataViewType.Instance, (w, v) => w.Write(v), r => r.ReadBoolean()),
        ];

        protected abstract PrimitiveDataViewType Type { get; }

        public static Named? Find(Type raw) => Array.Find(All, kind => kind.Type.RawType == raw);

        public abstract ClassLabels? Read(DataViewSchema.Annotations annotations, PrimitiveDataViewType item);

        public abstract ClassLabels Read(BinaryReader reader, int count);
    }

    private sealed class Values<T>(Values<T>.Kind kind, T[] values) : ClassLabels(values.Length)
    {
        private readonly string[] _names = Array.ConvertAll(values, v => Convert.ToString(v, CultureInfo.InvariantCulture) ?? "");

        public override string[] Names => _names;

        public override void AddValues(DataViewSchema.Annotations.Builder builder, string annotation) =>
            builder.Add<VBuffer<T>>(annotation, new VectorDataViewType(kind.ItemType, Count), (ref VBuffer<T> value) => new VBuffer<T>(Count, values).CopyTo(ref value));

        public override void Write(BinaryWriter writer)
        {
            writer.Write(Count);
            writer.Write((byte)(Array.IndexOf(Named.All, kind) + 1));
            foreach (var value in values)
            {
                kind.WriteValue(writer, value);
            }
        }

        public sealed class Kind(PrimitiveDataViewType type, Action<BinaryWriter, T> write, Func<BinaryReader, T> read) : Named
        {
            public PrimitiveDataViewType ItemType => type;

            protected override PrimitiveDataViewType Type => type;

            public void WriteValue(BinaryWriter writer, T value) => write(writer, value);

            public override ClassLabels? Read(DataViewSchema.Annotations annotations, PrimitiveDataViewType item)
            {
                if (!item.Equals(type))
                {
                    return null;
                }

                VBuffer<T> buffer = default;
                annotations.GetValue(KeyValues, ref buffer);
                return new Values<T>(this, [.. buffer.DenseValues()]);
            }

            public override ClassLabels Read(BinaryReader reader, int count)
            {
                // Grown as values arrive: the count of a damaged file must not decide what is allocated.
                var values = new List<T>(Math.Min(count, 1024));
                for (int i = 0; i < count; i++)
                {
                    values.Add(read(reader));
                }

                return new Values<T>(this, CollectionsMarshal.AsSpan(values).ToArray());
            }
        }
    }
}
