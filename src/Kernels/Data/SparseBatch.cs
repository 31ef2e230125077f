using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Sparse rows in compressed form, for a network whose first layer multiplies them as they are. Row i has the values at [Starts[i], Starts[i + 1]).
/// Filled again and again; it grows to the largest batch and then allocates nothing. One thread at a time.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class SparseBatch<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly SparseColumns<T> _byColumn;
    private int[] _starts = new int[1];
    private int[] _columns = [];
    private T[] _values = [];
    private bool _columnsAreCurrent;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    public SparseBatch(int width)
    {
        RowSources.CheckWidth(width);
        Width = width;
        _byColumn = new SparseColumns<T>(width);
    }

    /// <summary>Columns of a row.</summary>
    public int Width { get; }

    /// <summary>Rows added since <see cref="Clear"/>.</summary>
    public int Rows { get; private set; }

    /// <summary>Values of all rows together.</summary>
    public int StoredValues => _starts[Rows];

    /// <summary>Where each row's values begin, and behind the last one where they end: <see cref="Rows"/> + 1 numbers.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Rows + 1);

    /// <summary>The column of each value, strictly ascending within a row.</summary>
    public ReadOnlySpan<int> Columns => _columns.AsSpan(0, StoredValues);

    /// <summary>The values, row after row.</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, StoredValues);

    /// <summary>The same values column by column, sorted on the first call after a change.</summary>
    public SparseColumns<T> ByColumn
    {
        get
        {
            if (!_columnsAreCurrent)
            {
                _byColumn.Fill(this);
                _columnsAreCurrent = true;
            }

            return _byColumn;
        }
    }

    /// <summary>Takes all rows out.</summary>
    public void Clear()
    {
        Rows = 0;
        _columnsAreCurrent = false;
    }

    /// <summary>Adds a row given by its values that are not 0.</summary>
    /// <param name="columns">Strictly ascending column indices in [0, <see cref="Width"/>).</param>
    /// <param name="values">The value in each of these columns.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the indices are not ascending or leave the row.</exception>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        SparseRowsBuilder.Check(columns, values, Width, Rows);
        int start = StoredValues;
        int end = checked(start + columns.Length);
        Grow(ref _starts, Rows + 2);
        Grow(ref _columns, end);
        Grow(ref _values, end);
        columns.CopyTo(_columns.AsSpan(start));
        for (int i = 0; i < values.Length; i++)
        {
            _values[start + i] = T.CreateTruncating(values[i]);
        }

        _starts[++Rows] = end;
        _columnsAreCurrent = false;
    }

    /// <summary>Replaces the rows by some of a table.</summary>
    internal void Load(ISparseRowSource source, ReadOnlySpan<int> rows)
    {
        Clear();
        foreach (int row in rows)
        {
            source.Row(row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            Add(columns, values);
        }
    }

    /// <summary>Replaces the rows by some of another batch, which follow one another.</summary>
    internal void Load(SparseBatch<T> source, int first, int count)
    {
        int start = source._starts[first];
        int values = source._starts[first + count] - start;
        Grow(ref _starts, count + 1);
        Grow(ref _columns, values);
        Grow(ref _values, values);
        source._columns.AsSpan(start, values).CopyTo(_columns);
        source._values.AsSpan(start, values).CopyTo(_values);
        for (int i = 0; i <= count; i++)
        {
            _starts[i] = source._starts[first + i] - start;
        }

        Rows = count;
        _columnsAreCurrent = false;
    }

    internal static void Grow<TItem>(ref TItem[] items, int length)
    {
        if (items.Length < length)
        {
            Array.Resize(ref items, Math.Max(length, (int)Math.Min(2L * items.Length, Array.MaxLength)));
        }
    }
}
