using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Operations on the rows of a data view. Nothing is read before a cursor is.</summary>
public sealed partial class DataOperationsCatalog
{
    /// <summary>Keeps what was read once in memory; the named columns are read at once, the others when first asked for.</summary>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        Contracts.CheckValue(input, nameof(input));
        return new CacheDataView(input, (columnsToPrefetch ?? []).Select(name => input.Schema.GetColumnOrNull(name)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(columnsToPrefetch), "prefetch", name)).ToArray());
    }

    /// <summary>The rows whose value is at least <paramref name="lowerBound"/> and less than <paramref name="upperBound"/>; never those of NaN.</summary>
    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity,
        double upperBound = double.PositiveInfinity)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        Contracts.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be less than lowerBound");
        var column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(columnName), "filter", columnName, "number", column.Type.ToString());
        Contracts.CheckParam(RowFraction.IsReal(column.Type), nameof(columnName), $"Column '{columnName}' does not have compatible type");
        return new RowFilterDataView(input, [column], row =>
        {
            var getValue = RowFraction.RealGetter(row, column);
            return () => getValue() is var value && lowerBound <= value && value < upperBound;
        });
    }

    /// <summary>The rows in random order, the same each time for a seed: by shuffling the source where it can, else through a pool of rows.</summary>
    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffledDataView(input, seed ?? _env.Register("RowShuffle").Rand.Next(), shufflePoolSize, shuffleSource && input.CanShuffle);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeDataView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeDataView(input, 0, count);
    }
}
