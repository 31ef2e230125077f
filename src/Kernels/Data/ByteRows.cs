using Microsoft.Win32.SafeHandles;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A dense table of bytes, as pixels come, each of which stands for a number: byte · scale, or any of 256 numbers. It takes a quarter of the memory of <see cref="DenseRows"/>, is not limited to
/// what an array can hold, and reads as the same numbers, bit for bit.
/// </summary>
public sealed class ByteRows : IRowSource<float>, IPagedRowSource
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

    /// <summary>Arrays of 2^<see cref="ChunkShift"/> rows each; the last one may be shorter. Null where one is not in memory.</summary>
    internal byte[]?[] Chunks => _rows.Chunks;

    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal int ChunkShift => _rows.Shift;

    PagedTable? IPagedRowSource.Paging => _rows.Paged;

    int IPagedRowSource.ChunkOf(int row) => _rows.ChunkOf(row);

    /// <summary>Rows that lie in a file one after another, as in many formats of images: they are read there, and never copied.</summary>
    /// <param name="path">The file, which must stay as it is as long as rows are read.</param>
    /// <param name="offset">Where the first row begins, in bytes.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="width">Bytes of a row, at least 1.</param>
    /// <param name="values">What each byte stands for: 256 numbers.</param>
    /// <param name="spill">What keeps parts of them in memory, and must outlive the rows.</param>
    /// <param name="check">Called before parts are read, to throw where the file is no longer what it was; null for nothing.</param>
    /// <exception cref="ArgumentException">There are not 256 values, or the file is too short for the rows.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ByteRows InFile(string path, long offset, int count, int width, ReadOnlySpan<float> values, RowSpill spill, Action? check = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(spill);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        RowSources.CheckWidth(width);
        SafeFileHandle file = spill.OpenInPlace(path);
        long end = offset + ((long)count * width);
        if (RandomAccess.GetLength(file) < end)
        {
            throw new ArgumentException($"'{path}' has {RandomAccess.GetLength(file)} bytes, but its rows would end at byte {end}.", nameof(path));
        }

        int shift = RowChunksBuilder<byte>.ShiftOf(width, spill);
        int RowsOf(int chunk) => (int)Math.Min(1L << shift, count - ((long)chunk << shift));
        spill.Begin(inPlace: true);
        PagedChunks<byte[]> chunks = new(
            spill.Cache,
            (int)(((long)count + (1 << shift) - 1) >> shift),
            chunk =>
            {
                check?.Invoke();
                byte[] rows = GC.AllocateUninitializedArray<byte>(RowsOf(chunk) * width);
                long start = offset + (((long)chunk << shift) * width);
                return Blocks.Read(file, rows, start) == rows.Length
                    ? rows
                    : throw new InvalidDataException($"'{path}' has become shorter while its rows were read: byte {start + rows.Length} is missing. Leave the file as it is until training has ended.");
            },
            chunk => (long)RowsOf(chunk) * width);
        return new ByteRows(new RowChunks<byte>(chunks, shift, count, width), new ByteValues(values));
    }

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
