using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A sparse batch seen by its columns: those that hold a value, in the order in which the rows name them first. Used column i has the values at [Starts[i], Starts[i + 1]), in
/// ascending order of their rows.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class SparseColumns<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly int _width;
    private int[] _places = [];
    private int[] _used = [];
    private int[] _starts = [0];
    private int[] _next = [];
    private int[] _rows = [];
    private T[] _values = [];

    internal SparseColumns(int width) => _width = width;

    /// <summary>Number of columns that hold a value.</summary>
    public int Count { get; private set; }

    /// <summary>These columns.</summary>
    public ReadOnlySpan<int> Used => _used.AsSpan(0, Count);

    /// <summary>Where each used column's values begin, and behind the last one where they end: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count + 1);

    /// <summary>The row of each value.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _starts[Count]);

    /// <summary>The values, column after column.</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, _starts[Count]);

    /// <summary>Sorts a batch: counts each column's values, then puts them into their places row by row.</summary>
    internal void Fill(SparseBatch<T> batch)
    {
        // The place of a column among the used ones, counted from 1; all 0 between two calls.
        SparseBatch<T>.Grow(ref _places, _width);
        int most = Math.Min(batch.StoredValues, _width);
        SparseBatch<T>.Grow(ref _used, most);
        SparseBatch<T>.Grow(ref _next, most);
        SparseBatch<T>.Grow(ref _starts, most + 1);
        SparseBatch<T>.Grow(ref _rows, batch.StoredValues);
        SparseBatch<T>.Grow(ref _values, batch.StoredValues);
        Count = 0;
        ReadOnlySpan<int> columns = batch.Columns;
        foreach (int column in columns)
        {
            int place = _places[column];
            if (place == 0)
            {
                _used[Count] = column;
                _next[Count] = 0;
                place = _places[column] = ++Count;
            }

            _next[place - 1]++;
        }

        int end = 0;
        for (int i = 0; i < Count; i++)
        {
            (_starts[i], _next[i], end) = (end, end, end + _next[i]);
        }

        _starts[Count] = end;
        ReadOnlySpan<int> starts = batch.Starts;
        ReadOnlySpan<T> values = batch.Values;
        for (int row = 0; row < batch.Rows; row++)
        {
            for (int i = starts[row]; i < starts[row + 1]; i++)
            {
                int at = _next[_places[columns[i]] - 1]++;
                _rows[at] = row;
                _values[at] = values[i];
            }
        }

        foreach (int column in Used)
        {
            _places[column] = 0;
        }
    }
}
