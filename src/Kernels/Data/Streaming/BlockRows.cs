namespace MLNet.GradientTrainers.Kernels;

/// <summary>A dense table that is read where it lies, block by block, of which some are in memory at a time. Its blocks are the chunks that a shuffle mixes.</summary>
public sealed class BlockRows : IRowSource<float>, IPagedRowSource
{
    private readonly RowBlocks _blocks;
    private readonly PagedChunks<float[]>? _numbers;
    private readonly PagedChunks<byte[]>? _bytes;
    private readonly ByteValues _values = ByteValues.Multiples(1);

    /// <summary>Wraps blocks.</summary>
    /// <param name="blocks">The blocks, which go with <paramref name="spill"/>.</param>
    /// <param name="spill">What keeps some of them in memory, and must outlive the rows.</param>
    public BlockRows(RowBlocks blocks, RowSpill spill)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(spill);
        _blocks = blocks;
        spill.Begin(inPlace: true);
        spill.DisposeWith(blocks);
        if (blocks.AreBytes)
        {
            _bytes = Paged<byte>(spill, (block, rows) => blocks.Read(block, rows));
        }
        else
        {
            _numbers = Paged<float>(spill, (block, rows) => blocks.Read(block, rows));
        }
    }

    /// <inheritdoc/>
    public int Count => _blocks.Count;

    /// <inheritdoc/>
    public int Width => _blocks.Width;

    PagedTable? IPagedRowSource.Paging => _bytes is null ? _numbers : _bytes;

    int IPagedRowSource.ChunkOf(int row) => _blocks.BlockOf(row);

    /// <summary>Blocks of Single, or some of their rows, as the dense rows that they are; null for other rows.</summary>
    internal static DenseRows? Dense(IRowSource<float> source) => source switch
    {
        BlockRows blocks => blocks.Dense(null),
        Subset { Source: BlockRows blocks } some => blocks.Dense(some.Rows),
        _ => null,
    };

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if ((uint)row >= (uint)Count)
            {
                throw RowSources.NoSuchRow(row, Count);
            }

            int block = _blocks.BlockOf(row);
            int offset = (row - _blocks.Start(block)) * Width;
            Span<float> target = destination.Slice(i * Width, Width);
            if (_bytes is null)
            {
                _numbers![block].AsSpan(offset, Width).CopyTo(target);
            }
            else
            {
                _values.Read(_bytes[block].AsSpan(offset, Width), target);
            }
        }
    }

    private DenseRows? Dense(int[]? rows) => _numbers is null ? null : new DenseRows(new RowChunks<float>(_numbers, new RowPlaces(_blocks, rows), rows?.Length ?? Count, Width));

    private PagedChunks<T[]> Paged<T>(RowSpill spill, Action<int, T[]> read)
        where T : unmanaged
    {
        RowBlocks blocks = _blocks;
        return new PagedChunks<T[]>(
            spill.Cache,
            blocks.BlockCount,
            block =>
            {
                T[] rows = GC.AllocateUninitializedArray<T>(blocks.RowsOf(block) * blocks.Width);
                read(block, rows);
                return rows;
            },
            blocks.BytesOf,
            order => blocks.Announce(order));
    }
}
