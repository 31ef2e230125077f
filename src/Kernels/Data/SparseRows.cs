namespace MLNet.GradientTrainers.Kernels;

/// <summary>A table in compressed sparse row form: for each row the columns that are not zero, and their values. Made by <see cref="SparseRowsBuilder"/>.</summary>
public sealed class SparseRows : ISparseRowSource
{
    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal const int ChunkShift = 8;

    private readonly Chunk[] _chunks;

    internal SparseRows(Chunk[] chunks, int count, int width, long stored)
    {
        _chunks = chunks;
        Count = count;
        Width = width;
        StoredValues = stored;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <summary>Number of values in memory.</summary>
    public long StoredValues { get; }

    double ISparseRowSource.Density => Count == 0 ? 0 : StoredValues / ((double)Count * Width);

    /// <summary>The values of some rows each.</summary>
    internal Chunk[] Chunks => _chunks;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i], out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            Span<float> target = destination.Slice(i * Width, Width);
            target.Clear();
            for (int j = 0; j < columns.Length; j++)
            {
                target[columns[j]] = values[j];
            }
        }
    }

    void ISparseRowSource.Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values) => Row(row, out columns, out values);

    private void Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values)
    {
        if ((uint)row >= (uint)Count)
        {
            throw RowSources.NoSuchRow(row, Count);
        }

        Chunk chunk = _chunks[row >> ChunkShift];
        int local = row & ((1 << ChunkShift) - 1);
        int start = chunk.Starts[local];
        int length = chunk.Starts[local + 1] - start;
        columns = chunk.Columns.AsSpan(start, length);
        values = chunk.Values.AsSpan(start, length);
    }

    /// <summary>Some rows: the values of local row r lie at [Starts[r], Starts[r + 1]).</summary>
    internal readonly record struct Chunk(int[] Starts, int[] Columns, float[] Values);
}
