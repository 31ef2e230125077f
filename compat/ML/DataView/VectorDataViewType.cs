using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>A vector of <see cref="ItemType"/>; <see cref="Size"/> 0 means that the length may differ from row to row.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0) : this(itemType, ImmutableArray.Create(size)) { }

    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, dimensions is null ? [] : dimensions.ToImmutableArray()) { }

    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(typeof(VBuffer<>).MakeGenericType((itemType ?? throw new ArgumentNullException(nameof(itemType))).RawType))
    {
        if (dimensions.IsEmpty || dimensions.Any(d => d < 0))
            throw new ArgumentOutOfRangeException(nameof(dimensions), "A vector type needs at least one dimension, none of them negative.");
        ItemType = itemType;
        Dimensions = dimensions;
        Size = dimensions.Aggregate(1, (size, d) => checked(size * d));
    }

    public ImmutableArray<int> Dimensions { get; }
    public PrimitiveDataViewType ItemType { get; }
    public int Size { get; }
    public bool IsKnownSize => Size > 0;

    public override bool Equals(DataViewType other)
        => other is VectorDataViewType vector && vector.ItemType.Equals(ItemType) && vector.Dimensions.SequenceEqual(Dimensions);

    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => Dimensions.Aggregate(ItemType.GetHashCode(), HashCode.Combine);

    public override string ToString() => Dimensions.Length == 1
        ? (Size > 0 ? $"Vector<{ItemType}, {Size}>" : $"Vector<{ItemType}>")
        : $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d > 0 ? d.ToString() : "*"))}>";
}
