using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>How many values a key column can have.</summary>
public sealed class KeyCount
{
    /// <summary>As many as the key's raw type can hold.</summary>
    public KeyCount() { }

    public KeyCount(ulong count)
    {
        Contracts.CheckParam(count > 0, nameof(count), "The cardinality of valid values of a KeyDataViewType column has to be strictly positive.");
        Count = count;
    }

    public ulong? Count;
}

public sealed partial class TextLoader
{
    internal static class Defaults
    {
        public const bool AllowQuoting = false;
        public const bool AllowSparse = false;
        public const char Separator = '\t';
        public const char DecimalMarker = '.';
        public const bool HasHeader = false;
        public const bool TrimWhitespace = false;
        public const bool ReadMultilines = false;
        public const char EscapeChar = '"';
        public const bool MissingRealsAsNaNs = false;
    }

    /// <summary>A column of the data view and the fields of a line, counted from 0, that it is read from.</summary>
    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column() { }

        /// <summary>A scalar column.</summary>
        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)]) { }

        /// <summary>A vector column of the fields <paramref name="minIndex"/> to <paramref name="maxIndex"/>, both included.</summary>
        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, [new Range(minIndex, maxIndex)]) { }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Contracts.CheckValue(name, nameof(name));
            Contracts.CheckValue(source, nameof(source));
            (Name, DataKind, Source, KeyCount) = (name, dataKind, source, keyCount);
        }

        public DataKind DataKind { get; set; } = DataKind.Single;

        internal PrimitiveDataViewType ItemType
        {
            get
            {
                var type = DataKind.ToColumnType();
                if (KeyCount is null)
                    return type;
                Contracts.CheckParam(KeyDataViewType.IsValidDataType(type.RawType), nameof(DataKind), "Bad item type for Key");
                return new KeyDataViewType(type.RawType, KeyCount.Count ?? MaximumCount(type.RawType));
            }
        }

        private static ulong MaximumCount(Type type) => type == typeof(byte) ? byte.MaxValue
            : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;
    }

    /// <summary>Fields of a line, counted from 0.</summary>
    public sealed class Range
    {
        public int Min;
        public int? Max;

        /// <summary>Without <see cref="Max"/>: to the last field, whose number is taken from the first lines of sample data.</summary>
        public bool AutoEnd;

        /// <summary>A vector even of a single field.</summary>
        public bool ForceVector;

        public Range() { }

        public Range(int index)
        {
            Contracts.CheckParam(index >= 0, nameof(index), "Must be non-negative");
            Min = index;
            Max = index;
        }

        /// <summary>Both ends included; null for up to the last field.</summary>
        public Range(int min, int? max)
        {
            Contracts.CheckParam(min >= 0, nameof(min), "Must be non-negative");
            Contracts.CheckParam(!(max < min), nameof(max), "If specified, must be greater than or equal to min");
            Min = min;
            Max = max;
            ForceVector = true;
            AutoEnd = max is null;
        }
    }

    public class Options
    {
        public bool AllowQuoting = Defaults.AllowQuoting;
        public bool AllowSparse = Defaults.AllowSparse;

        /// <summary>The number of fields of each line; sparse lines then need not state their size.</summary>
        public int? InputSize;

        public char[] Separators = [Defaults.Separator];
        public char DecimalMarker = Defaults.DecimalMarker;
        public Column[] Columns;

        /// <summary>Whether to drop white space at the end of lines.</summary>
        public bool TrimWhitespace = Defaults.TrimWhitespace;

        public bool HasHeader = Defaults.HasHeader;

        /// <summary>Accepted, and without effect here: this loader parses on the thread that reads.</summary>
        public bool UseThreads = true;

        /// <summary>Whether a quoted field may go on over line ends.</summary>
        public bool ReadMultilines = Defaults.ReadMultilines;

        public string HeaderFile;
        public long? MaxRows;
        public char EscapeChar = Defaults.EscapeChar;

        /// <summary>Whether an empty field of a Single or Double column is NaN; otherwise it is 0.</summary>
        public bool MissingRealsAsNaNs = Defaults.MissingRealsAsNaNs;
    }
}
