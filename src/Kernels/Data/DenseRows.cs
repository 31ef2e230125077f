using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A dense table in one array or in chunks of equally many rows, in memory or in a <see cref="RowSpill"/>.</summary>
public sealed class DenseRows : IRowSource<float>, IPagedRowSource
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

    /// <summary>Arrays of 2^<see cref="ChunkShift"/> rows each; the last one may be shorter. Null where one is not in memory: see <see cref="Paged"/>.</summary>
    internal float[]?[] Chunks => _rows.Chunks;

    /// <summary>The chunks of a table outside memory; null for one in memory.</summary>
    internal PagedChunks<float[]>? Paged => _rows.Paged;

    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal int ChunkShift => _rows.Shift;

    /// <summary>Where rows lie in chunks that are not of 2^<see cref="ChunkShift"/> rows; null for those that are.</summary>
    internal RowPlaces? Places => _rows.Places;

    PagedTable? IPagedRowSource.Paging => _rows.Paged;

    int IPagedRowSource.ChunkOf(int row) => _rows.ChunkOf(row);

    /// <summary>Rows made of these, which lie outside memory, one by one each time that they are read, so that they take no room beside.</summary>
    /// <param name="width">Columns of the new rows.</param>
    /// <param name="newChange">Makes what makes one of one; called for each thread that does. The same row must give the same.</param>
    internal DenseRows Select(int width, Func<RowChange> newChange)
    {
        int old = Width;
        RowChunks<float> from = _rows;
        PagedChunks<float[]> chunks = Paged!.Select(
            (chunk, rows) =>
            {
                float[] changed = GC.AllocateUninitializedArray<float>(from.RowsOf(chunk) * width);
                RowChange change = newChange();
                for (int i = 0; i < from.RowsOf(chunk); i++)
                {
                    change(rows.AsSpan(i * old, old), changed.AsSpan(i * width, width));
                }

                return changed;
            },
            chunk => (long)from.RowsOf(chunk) * width * sizeof(float));
        return new DenseRows(Places is null ? new RowChunks<float>(chunks, ChunkShift, Count, width) : new RowChunks<float>(chunks, Places, Count, width));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

/// <summary>Makes a row of a row.</summary>
/// <param name="row">The row.</param>
/// <param name="result">Receives the new one, all of it.</param>
internal delegate void RowChange(ReadOnlySpan<float> row, Span<float> result);
