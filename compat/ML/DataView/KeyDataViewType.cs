namespace Microsoft.ML.Data;

/// <summary>A category out of <see cref="Count"/>. The raw value 0 is "missing", 1 is the first category.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    public KeyDataViewType(Type type, ulong count) : base(type)
    {
        if (!IsValidDataType(type))
            throw new ArgumentOutOfRangeException(nameof(type), $"The raw type of a key must be Byte, UInt16, UInt32 or UInt64, but got {type}.");
        if (count == 0 || count > MaxCount(type))
            throw new ArgumentOutOfRangeException(nameof(count), $"The cardinality of a key of {type.Name} must be 1 to {MaxCount(type)}, but got {count}.");
        Count = count;
    }

    public KeyDataViewType(Type type, int count) : this(type, count < 0 ? 0 : (ulong)count) { }

    public ulong Count { get; }

    public static bool IsValidDataType(Type type) => MaxCount(type) > 0;

    public override bool Equals(DataViewType other) => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => HashCode.Combine(RawType, Count);
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";

    private static ulong MaxCount(Type type) =>
        type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue
        : type == typeof(uint) ? uint.MaxValue : type == typeof(ulong) ? ulong.MaxValue : 0;
}
