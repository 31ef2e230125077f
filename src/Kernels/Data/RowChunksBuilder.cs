using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Collects rows whose number is not known beforehand. Memory grows by chunks of about 1 MiB, so rows are never copied again
/// and at most one chunk is larger than needed.
/// </summary>
internal sealed class RowChunksBuilder<T>
    where T : unmanaged
{
    private const int ChunkBytesLog2 = 20;
    private const int FirstRows = 16;

    private readonly List<T[]> _chunks = [];
    private readonly int _shift;
    private T[] _chunk = [];
    private int _rowsInChunk;
    private bool _built;

    public RowChunksBuilder(int width)
    {
        RowSources.CheckWidth(width);
        Width = width;
        int elements = ChunkBytesLog2 - BitOperations.Log2((uint)Unsafe.SizeOf<T>());
        _shift = Math.Max(0, elements - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)width)));
    }

    /// <summary>Columns of a row.</summary>
    public int Width { get; }

    /// <summary>Rows added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<T> row)
    {
        CheckWidth(row.Length);
        row.CopyTo(Next());
    }

    /// <summary>Throws when the next row has another width.</summary>
    public void CheckWidth(int columns)
    {
        if (columns != Width)
        {
            throw new ArgumentException($"Row {Count} has {columns} columns, but the rows before it have {Width}.", "row");
        }
    }

    /// <summary>Adds a row that the caller fills.</summary>
    public Span<T> Next()
    {
        ThrowIfBuilt();
        int offset = _rowsInChunk * Width;
        if (offset == _chunk.Length)
        {
            // The first chunk starts small and doubles, for small data; the others come at full size.
            int rows = _chunks.Count > 0 ? 1 << _shift : Math.Min(1 << _shift, Math.Max(FirstRows, 2 * _rowsInChunk));
            T[] larger = GC.AllocateUninitializedArray<T>(rows * Width);
            _chunk.AsSpan(0, offset).CopyTo(larger);
            _chunk = larger;
        }

        Count = checked(Count + 1);
        Span<T> row = _chunk.AsSpan(offset, Width);
        if (++_rowsInChunk == 1 << _shift)
        {
            _chunks.Add(_chunk);
            _chunk = [];
            _rowsInChunk = 0;
        }

        return row;
    }

    /// <summary>Hands over the rows. The builder can't be used afterwards.</summary>
    public RowChunks<T> Build()
    {
        ThrowIfBuilt();
        _built = true;
        if (_rowsInChunk > 0)
        {
            Array.Resize(ref _chunk, _rowsInChunk * Width);
            _chunks.Add(_chunk);
        }

        _chunk = [];
        return new RowChunks<T>([.. _chunks], _shift, Count, Width);
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build has handed the rows over; use a new builder.");
        }
    }
}
