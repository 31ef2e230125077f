namespace MLNet.GradientTrainers.Kernels;

/// <summary>A dense table in memory, in one array or in chunks of equally many rows.</summary>
public sealed class DenseRows : IRowSource<float>
{
    private readonly RowChunks<float> _rows;

    /// <summary>Wraps an array without copying it.</summary>
    /// <param name="values">The rows one after another.</param>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <exception cref="ArgumentException">The array's length is not a multiple of <paramref name="width"/>.</exception>
    public DenseRows(float[] values, int width)
        : this(new RowChunks<float>(values, width))
    {
    }

    internal DenseRows(RowChunks<float> rows) => _rows = rows;

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public int Width => _rows.Width;

    /// <summary>Arrays of 2^<see cref="ChunkShift"/> rows each; the last one may be shorter.</summary>
    internal float[][] Chunks => _rows.Chunks;

    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal int ChunkShift => _rows.Shift;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            _rows.Next(rows, i).CopyTo(destination.Slice(i * Width, Width));
        }
    }

    /// <summary>One row where it lies.</summary>
    internal ReadOnlySpan<float> Row(int row) => _rows.Row(row);
}
