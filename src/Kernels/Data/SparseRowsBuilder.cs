using System.Buffers;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Collects sparse rows whose number is not known beforehand; what has been stored is copied once at most.</summary>
public sealed class SparseRowsBuilder
{
    private readonly List<SparseRows.Chunk?> _chunks = [];
    private readonly List<(SpillBlock Block, int Rows, int Values)> _blocks = [];
    private readonly RowSpill? _spill;
    private readonly List<int> _starts = [0];
    private readonly List<int> _columns = [];
    private readonly List<float> _values = [];
    private long _stored;
    private bool _built;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
    public SparseRowsBuilder(int width, RowSpill? spill = null)
    {
        RowSources.CheckWidth(width);
        Width = width;
        _spill = spill;
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

        return _blocks.Count > 0 ? new SparseRows(Paged(), Count, Width, _stored) : new SparseRows([.. _chunks], Count, Width, _stored);
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
        if (_spill?.Takes(SparseRows.Chunk.BytesOf(_starts.Count - 1, _columns.Count)) == true)
        {
            for (int i = _blocks.Count; i < _chunks.Count; i++)
            {
                SparseRows.Chunk chunk = _chunks[i]!;
                _blocks.Add((_spill.File.Append(chunk.ToBytes()), chunk.Starts.Length - 1, chunk.Values.Length));
                _chunks[i] = null;
            }
        }

        _stored += _columns.Count;
        _starts.Clear();
        _starts.Add(0);
        _columns.Clear();
        _values.Clear();
    }

    private PagedChunks<SparseRows.Chunk> Paged()
    {
        SpillFile file = _spill!.File;
        (SpillBlock Block, int Rows, int Values)[] blocks = [.. _blocks];
        return new PagedChunks<SparseRows.Chunk>(
            _spill.Cache,
            blocks.Length,
            chunk =>
            {
                int length = blocks[chunk].Block.Length;
                byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
                try
                {
                    file.Read(blocks[chunk].Block, bytes.AsSpan(0, length));
                    return SparseRows.Chunk.From(bytes.AsSpan(0, length), blocks[chunk].Rows);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(bytes);
                }
            },
            chunk => SparseRows.Chunk.BytesOf(blocks[chunk].Rows, blocks[chunk].Values));
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build has handed the rows over; use a new builder.");
        }
    }
}
