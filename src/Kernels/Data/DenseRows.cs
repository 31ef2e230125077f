namespace MLNet.GradientTrainers.Kernels;

/// <summary>A dense table in memory, in one array or in chunks of equally many rows.</summary>
public sealed class DenseRows : IRowSource<float>
{
    private const int RowsAhead = 4;

    private readonly float[][] _chunks;
    private readonly int _shift;

    /// <summary>Wraps an array without copying it.</summary>
    /// <param name="values">The rows one after another.</param>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <exception cref="ArgumentException">The array's length is not a multiple of <paramref name="width"/>.</exception>
    public DenseRows(float[] values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        RowSources.CheckWidth(width);
        if (values.Length % width != 0)
        {
            throw new ArgumentException($"{values.Length} values are not a whole number of rows of {width} columns.", nameof(values));
        }

        _chunks = [values];
        _shift = 31;
        Width = width;
        Count = values.Length / width;
    }

    /// <summary>Takes chunks of 2^shift rows; the last one may be shorter.</summary>
    internal DenseRows(float[][] chunks, int shift, int count, int width)
    {
        _chunks = chunks;
        _shift = shift;
        Count = count;
        Width = width;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <summary>Arrays of 2^<see cref="ChunkShift"/> rows each; the last one may be shorter.</summary>
    internal float[][] Chunks => _chunks;

    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal int ChunkShift => _shift;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + RowsAhead < rows.Length)
            {
                FetchAhead(Row(rows[i + RowsAhead]));
            }

            Row(rows[i]).CopyTo(destination.Slice(i * Width, Width));
        }
    }

    /// <summary>One row where it lies.</summary>
    internal ReadOnlySpan<float> Row(int row)
    {
        if ((uint)row >= (uint)Count)
        {
            throw RowSources.NoSuchRow(row, Count);
        }

        int mask = (int)((1U << _shift) - 1);
        return _chunks[row >> _shift].AsSpan((row & mask) * Width, Width);
    }

    /// <summary>Shuffled rows come from main memory, each from a page of its own, where the processor can't guess the next one.</summary>
    private static unsafe void FetchAhead(ReadOnlySpan<float> row)
    {
        fixed (float* start = row)
        {
            Prefetch.Row(start, row.Length);
        }
    }
}
