namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A dense table of bytes, as pixels come, each of which stands for a number: byte · scale, or any of 256 numbers. It takes a quarter of the memory of <see cref="DenseRows"/>, is not limited to
/// what an array can hold, and reads as the same numbers, bit for bit.
/// </summary>
public sealed class ByteRows : IRowSource<float>
{
    private readonly RowChunks<byte> _rows;
    private readonly ByteValues _values;

    /// <summary>Wraps an array without copying it.</summary>
    /// <param name="bytes">The rows one after another.</param>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <param name="scale">What a byte is multiplied by, finite: 1 for 0 to 255, 1/255f for 0 to 1.</param>
    /// <exception cref="ArgumentException">The array's length is not a multiple of <paramref name="width"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not finite.</exception>
    public ByteRows(byte[] bytes, int width, float scale = 1)
        : this(new RowChunks<byte>(bytes, width), ByteValues.Multiples(scale))
    {
    }

    /// <summary>Wraps an array without copying it.</summary>
    /// <param name="bytes">The rows one after another.</param>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <param name="values">What each byte stands for: 256 numbers, which are copied.</param>
    /// <exception cref="ArgumentException">The array's length is not a multiple of <paramref name="width"/>, or there are not 256 values.</exception>
    public ByteRows(byte[] bytes, int width, ReadOnlySpan<float> values)
        : this(new RowChunks<byte>(bytes, width), new ByteValues(values))
    {
    }

    internal ByteRows(RowChunks<byte> rows, ByteValues values)
    {
        _rows = rows;
        _values = values;
    }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public int Width => _rows.Width;

    /// <summary>What each byte stands for: 256 numbers.</summary>
    public ReadOnlySpan<float> Values => _values.Table;

    /// <summary>Arrays of 2^<see cref="ChunkShift"/> rows each; the last one may be shorter.</summary>
    internal byte[][] Chunks => _rows.Chunks;

    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal int ChunkShift => _rows.Shift;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            _values.Read(_rows.Next(rows, i), destination.Slice(i * Width, Width));
        }
    }
}
