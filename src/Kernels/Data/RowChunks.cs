namespace MLNet.GradientTrainers.Kernels;

/// <summary>A dense table of any element type, in one array or in chunks of equally many rows, so that it may be larger than an array can be; or in chunks that lie outside memory.</summary>
internal readonly struct RowChunks<T>
    where T : unmanaged
{
    private const int RowsAhead = 4;

    // Null where a chunk is not in memory.
    private readonly T[]?[] _chunks;
    private readonly PagedChunks<T[]>? _paged;
    private readonly RowPlaces? _places;

    /// <summary>Wraps an array without copying it.</summary>
    public RowChunks(T[] values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        RowSources.CheckWidth(width);
        if (values.Length % width != 0)
        {
            throw new ArgumentException($"{values.Length} values are not a whole number of rows of {width} columns.", nameof(values));
        }

        _chunks = [values];
        Shift = 31;
        Width = width;
        Count = values.Length / width;
    }

    /// <summary>Takes chunks of 2^shift rows, which lie outside memory; the last one may be shorter.</summary>
    public RowChunks(PagedChunks<T[]> chunks, int shift, int count, int width)
        : this(chunks.Slots!, shift, count, width) => _paged = chunks;

    /// <summary>Takes the blocks of a source, which lie outside memory.</summary>
    public RowChunks(PagedChunks<T[]> chunks, RowPlaces places, int count, int width)
        : this([null!], 31, count, width) => (_paged, _places) = (chunks, places);

    /// <summary>Takes chunks of 2^shift rows; the last one may be shorter.</summary>
    public RowChunks(T[][] chunks, int shift, int count, int width)
    {
        _chunks = chunks;
        Shift = shift;
        Count = count;
        Width = width;
    }

    public int Count { get; }

    public int Width { get; }

    /// <summary>Arrays of 2^<see cref="Shift"/> rows each; the last one may be shorter. Null where one is not in memory: see <see cref="Paged"/>.</summary>
    public T[]?[] Chunks => _chunks;

    /// <summary>The chunks of a table outside memory; null for one in memory.</summary>
    public PagedChunks<T[]>? Paged => _paged;

    /// <summary>Where rows lie in chunks that are not of 2^<see cref="Shift"/> rows; null for those that are.</summary>
    public RowPlaces? Places => _places;

    /// <summary>Rows of a chunk, as a power of two.</summary>
    public int Shift { get; }

    /// <summary>The chunk of a row.</summary>
    public int ChunkOf(int row) => _places?.ChunkOf(row) ?? row >> Shift;

    /// <summary>Rows of a chunk.</summary>
    public int RowsOf(int chunk) => _places?.RowsOf(chunk) ?? (int)Math.Min(1L << Shift, Count - ((long)chunk << Shift));

    /// <summary>One row where it lies.</summary>
    public ReadOnlySpan<T> Row(int row)
    {
        if ((uint)row >= (uint)Count)
        {
            throw RowSources.NoSuchRow(row, Count);
        }

        int mask = (int)((1U << Shift) - 1);
        return _chunks[row >> Shift] is { } chunk ? chunk.AsSpan((row & mask) * Width, Width) : Outside(row, row & mask);
    }

    /// <summary>The row at a place of a list. Shuffled rows come from main memory, each from a page of its own, where the processor can't guess the next one: a later one is asked for.</summary>
    public ReadOnlySpan<T> Next(ReadOnlySpan<int> rows, int place)
    {
        if (place + RowsAhead < rows.Length && _paged is null)
        {
            FetchAhead(Row(rows[place + RowsAhead]));
        }

        return Row(rows[place]);
    }

    private ReadOnlySpan<T> Outside(int row, int place)
    {
        (int chunk, place) = _places?.Find(row) ?? (row >> Shift, place);
        return _paged![chunk].AsSpan(place * Width, Width);
    }

    private static unsafe void FetchAhead(ReadOnlySpan<T> row)
    {
        fixed (T* start = row)
        {
            Prefetch.Row((byte*)start, row.Length * (long)sizeof(T));
        }
    }
}
