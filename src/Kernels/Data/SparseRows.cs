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

    /// <summary>The largest magnitude in each column; 0 where nothing is stored.</summary>
    public float[] LargestMagnitudes()
    {
        float[] largest = new float[Width];
        foreach (Chunk chunk in _chunks)
        {
            for (int i = 0; i < chunk.Columns.Length; i++)
            {
                ref float column = ref largest[chunk.Columns[i]];
                column = Math.Max(column, Math.Abs(chunk.Values[i]));
            }
        }

        return largest;
    }

    /// <summary>The rows with each column multiplied by a factor of its own. What says which values are stored is shared.</summary>
    /// <param name="factors">One factor a column.</param>
    public SparseRows Scale(ReadOnlySpan<float> factors)
    {
        if (factors.Length != Width)
        {
            throw new ArgumentException($"There are {factors.Length} factors for {Width} columns. Give one for each.", nameof(factors));
        }

        Chunk[] scaled = new Chunk[_chunks.Length];
        for (int c = 0; c < scaled.Length; c++)
        {
            float[] values = [.. _chunks[c].Values];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= factors[_chunks[c].Columns[i]];
            }

            scaled[c] = _chunks[c] with { Values = values };
        }

        return new SparseRows(scaled, Count, Width, StoredValues);
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
