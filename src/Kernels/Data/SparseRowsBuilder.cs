namespace MLNet.GradientTrainers.Kernels;

/// <summary>Collects sparse rows whose number is not known beforehand; what has been stored is copied once at most.</summary>
public sealed class SparseRowsBuilder
{
    private readonly List<SparseRows.Chunk> _chunks = [];
    private readonly List<int> _starts = [0];
    private readonly List<int> _columns = [];
    private readonly List<float> _values = [];
    private long _stored;
    private bool _built;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    public SparseRowsBuilder(int width)
    {
        RowSources.CheckWidth(width);
        Width = width;
    }

    /// <summary>Columns of a row.</summary>
    public int Width { get; }

    /// <summary>Rows added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Values of all rows so far.</summary>
    public long StoredValues => _stored + _columns.Count;

    /// <summary>Adds a row given by its values that are not zero.</summary>
    /// <param name="columns">Strictly ascending column indices in [0, <see cref="Width"/>).</param>
    /// <param name="values">The value in each of these columns.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the indices are not ascending or leave the row.</exception>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        ThrowIfBuilt();
        Check(columns, values, Width, Count);
        _columns.AddRange(columns);
        _values.AddRange(values);
        EndRow();
    }

    /// <summary>Adds a dense row; its zeros are not stored.</summary>
    /// <param name="row"><see cref="Width"/> values.</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<float> row)
    {
        ThrowIfBuilt();
        if (row.Length != Width)
        {
            throw new ArgumentException($"Row {Count} has {row.Length} columns, but the rows before it have {Width}.", nameof(row));
        }

        for (int j = 0; j < row.Length; j++)
        {
            if (row[j] != 0)
            {
                _columns.Add(j);
                _values.Add(row[j]);
            }
        }

        EndRow();
    }

    /// <summary>Hands over the rows. The builder can't be used afterwards.</summary>
    public SparseRows Build()
    {
        ThrowIfBuilt();
        _built = true;
        if (_starts.Count > 1)
        {
            EndChunk();
        }

        return new SparseRows([.. _chunks], Count, Width, _stored);
    }

    internal static void Check(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, int width, int row)
    {
        if (columns.Length != values.Length)
        {
            throw new ArgumentException($"Row {row} has {columns.Length} column indices but {values.Length} values.", nameof(columns));
        }

        int last = -1;
        foreach (int column in columns)
        {
            if (column <= last || column >= width)
            {
                throw new ArgumentException(
                    $"Row {row} names column {column} after column {last}: indices must ascend and lie in [0, {width}).", nameof(columns));
            }

            last = column;
        }
    }

    private void EndRow()
    {
        _starts.Add(_columns.Count);
        Count = checked(Count + 1);
        if (_starts.Count > 1 << SparseRows.ChunkShift)
        {
            EndChunk();
        }
    }

    private void EndChunk()
    {
        _chunks.Add(new([.. _starts], [.. _columns], [.. _values]));
        _stored += _columns.Count;
        _starts.Clear();
        _starts.Add(0);
        _columns.Clear();
        _values.Clear();
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build has handed the rows over; use a new builder.");
        }
    }
}
