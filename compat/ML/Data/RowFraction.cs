using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>
/// A number in [0, 1] for each row, by which splits decide: a hash of the row's position, or of its value in a sampling key column.
/// As in ML.NET, a key column is not hashed (the categories in order cover the interval), nor is a real one (its range does; NaN is in no set).
/// </summary>
internal sealed class RowFraction
{
    private const int DefaultSeed = 42;
    private readonly DataViewSchema.Column[] _columns;
    private readonly Func<DataViewRow, Func<double>> _makeFraction;

    private RowFraction(DataViewSchema.Column[] columns, Func<DataViewRow, Func<double>> makeFraction)
        => (_columns, _makeFraction) = (columns, makeFraction);

    public static RowFraction Create(IDataView data, string samplingKeyColumnName, int? seed)
    {
        ulong mixedSeed = Mix((ulong)(seed ?? DefaultSeed));
        if (samplingKeyColumnName is null)
            return new RowFraction([], row => () => ToUnit(Mix((ulong)row.Position ^ mixedSeed)));
        var column = data.Schema.GetColumnOrNull(samplingKeyColumnName)
            ?? throw Contracts.ExceptSchemaMismatch("samplingKeyColumn", "SamplingKeyColumn", samplingKeyColumnName);
        if (IsReal(column.Type))
            return new RowFraction([column], OfRange(data, column));
        var makeFraction = column.Type is KeyDataViewType
            ? Generics.Call<Func<DataViewRow, Func<double>>>(OfKey<byte>, [column.Type.RawType], column)
            : Generics.Call<Func<DataViewRow, Func<double>>>(OfHash<int>, [column.Type.GetItemType().RawType], column, mixedSeed);
        return new RowFraction([column], makeFraction);
    }

    public IDataView Filter(IDataView data, Func<double, bool> keeps) => new RowFilterDataView(data, _columns, row =>
    {
        var fraction = _makeFraction(row);
        return () => keeps(fraction());
    }, canShuffle: _columns.Length > 0 && data.CanShuffle);

    public static bool IsReal(DataViewType type) => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    public static Func<double> RealGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == NumberDataViewType.Single)
        {
            var getSingle = row.GetGetter<float>(row.Schema[column.Index]);
            float single = 0;
            return () =>
            {
                getSingle(ref single);
                return single;
            };
        }
        var getDouble = row.GetGetter<double>(row.Schema[column.Index]);
        double value = 0;
        return () =>
        {
            getDouble(ref value);
            return value;
        };
    }

    private static Func<DataViewRow, Func<double>> OfRange(IDataView data, DataViewSchema.Column column)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        using (var cursor = data.GetRowCursor([column]))
        {
            var getValue = RealGetter(cursor, column);
            while (cursor.MoveNext())
                if (getValue() is var value && !double.IsNaN(value))
                    (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }
        double scale = max > min ? 1 / (max - min) : 0, offset = max > min ? min : 0;
        return row =>
        {
            var getValue = RealGetter(row, column);
            return () => (getValue() - offset) * scale;
        };
    }

    private static Func<DataViewRow, Func<double>> OfKey<T>(DataViewSchema.Column column)
    {
        double count = ((KeyDataViewType)column.Type).Count;
        return row =>
        {
            var getKey = row.GetGetter<T>(row.Schema[column.Index]);
            T key = default;
            return () =>
            {
                getKey(ref key);
                return (KeyValue.ToNumber(key) - 0.5) / count;
            };
        };
    }

    private static Func<DataViewRow, Func<double>> OfHash<T>(DataViewSchema.Column column, ulong seed) => row =>
    {
        if (column.Type is not VectorDataViewType)
        {
            var getValue = row.GetGetter<T>(row.Schema[column.Index]);
            T value = default;
            return () =>
            {
                getValue(ref value);
                return ToUnit(Mix(Hash(value) ^ seed));
            };
        }
        var getVector = row.GetGetter<VBuffer<T>>(row.Schema[column.Index]);
        VBuffer<T> vector = default;
        return () =>
        {
            getVector(ref vector);
            return ToUnit(vector.DenseValues().Aggregate(seed, (hash, item) => Mix(hash ^ Hash(item))));
        };
    };

    // FNV-1a over the characters: the same in every process.
    private static ulong Hash<T>(T value)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in Conversions.ToText(value).Span)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    // The finaliser of SplitMix64: https://doi.org/10.1145/2660193.2660195
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private static double ToUnit(ulong x) => (x >> 11) * (1.0 / (1UL << 53));
}
