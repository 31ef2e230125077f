namespace Microsoft.ML.Data;

/// <summary>A 128-bit row identity. Derived identities are mixed, so that they stay distinct with overwhelming probability.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public int CompareTo(DataViewRowId other) => (High, Low).CompareTo((other.High, other.Low));
    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;
    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Low, High);
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>The identity of the next row made from this one.</summary>
    public DataViewRowId Next() => Combine(new DataViewRowId(1, 0));

    /// <summary>The start of a series of rows made from this one, apart from those of <see cref="Next"/>.</summary>
    public DataViewRowId Fork() => Combine(new DataViewRowId(2, 0));

    public DataViewRowId Combine(DataViewRowId other)
    {
        ulong low = Mix(Low ^ Mix(other.Low + 0x9E3779B97F4A7C15));
        ulong high = Mix(High ^ Mix(other.High + 0xD1B54A32D192ED03) ^ low);
        return new DataViewRowId(low, high);
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
