using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Collects dense rows whose number is not known beforehand. Memory grows by chunks of about 1 MiB, so rows are never copied again
/// and at most one chunk is larger than needed.
/// </summary>
public sealed class DenseRowsBuilder
{
    private const int ChunkElementsLog2 = 18;
    private const int FirstRows = 16;

    private readonly List<float[]> _chunks = [];
    private readonly int _shift;
    private float[] _chunk = [];
    private int _rowsInChunk;
    private bool _built;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    public DenseRowsBuilder(int width)
    {
        RowSources.CheckWidth(width);
        Width = width;
        _shift = Math.Max(0, ChunkElementsLog2 - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)width)));
    }

    /// <summary>Columns of a row.</summary>
    public int Width { get; }

    /// <summary>Rows added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="row"><see cref="Width"/> values.</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<float> row)
    {
        if (row.Length != Width)
        {
            throw new ArgumentException($"Row {Count} has {row.Length} columns, but the rows before it have {Width}.", nameof(row));
        }

        row.CopyTo(NextRow());
    }

    /// <summary>Adds a row given by its values that are not zero.</summary>
    /// <param name="columns">Strictly ascending column indices in [0, <see cref="Width"/>).</param>
    /// <param name="values">The value in each of these columns.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the indices are not ascending or leave the row.</exception>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        SparseRowsBuilder.Check(columns, values, Width, Count);
        Span<float> row = NextRow();
        row.Clear();
        for (int i = 0; i < columns.Length; i++)
        {
            row[columns[i]] = values[i];
        }
    }

    /// <summary>Hands over the rows. The builder can't be used afterwards.</summary>
    public DenseRows Build()
    {
        ThrowIfBuilt();
        _built = true;
        if (_rowsInChunk > 0)
        {
            Array.Resize(ref _chunk, _rowsInChunk * Width);
            _chunks.Add(_chunk);
        }

        _chunk = [];
        return new DenseRows([.. _chunks], _shift, Count, Width);
    }

    private Span<float> NextRow()
    {
        ThrowIfBuilt();
        int offset = _rowsInChunk * Width;
        if (offset == _chunk.Length)
        {
            // The first chunk starts small and doubles, for small data; the others come at full size.
            int rows = _chunks.Count > 0 ? 1 << _shift : Math.Min(1 << _shift, Math.Max(FirstRows, 2 * _rowsInChunk));
            float[] larger = GC.AllocateUninitializedArray<float>(rows * Width);
            _chunk.AsSpan(0, offset).CopyTo(larger);
            _chunk = larger;
        }

        Count = checked(Count + 1);
        Span<float> row = _chunk.AsSpan(offset, Width);
        if (++_rowsInChunk == 1 << _shift)
        {
            _chunks.Add(_chunk);
            _chunk = [];
            _rowsInChunk = 0;
        }

        return row;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build has handed the rows over; use a new builder.");
        }
    }
}
