using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Collects rows whose number is not known beforehand. Memory grows by chunks of about 1 MiB, so rows are never copied again
/// and at most one chunk is larger than needed. Where they are spilled, chunks go as they are full.
/// </summary>
internal sealed class RowChunksBuilder<T>
    where T : unmanaged
{
    private const int ChunkBytesLog2 = 20;
    private const int FirstRows = 16;

    private readonly List<T[]?> _chunks = [];
    private readonly List<SpillBlock> _blocks = [];
    private readonly RowSpill? _spill;
    private readonly int _shift;
    private T[] _chunk = [];
    private int _rowsInChunk;
    private bool _built;

    public RowChunksBuilder(int width, RowSpill? spill = null)
    {
        RowSources.CheckWidth(width);
        Width = width;
        _spill = spill;
        _shift = ShiftOf(width, spill);
    }

    /// <summary>Rows of a chunk, as a power of two.</summary>
    public static int ShiftOf(int width, RowSpill? spill)
    {
        int bytes = spill is null ? ChunkBytesLog2 : BitOperations.Log2((uint)spill.ChunkBytes);
        int elements = bytes - BitOperations.Log2((uint)Unsafe.SizeOf<T>());
        return Math.Max(0, elements - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)width)));
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
        if (_rowsInChunk == 1 << _shift)
        {
            EndChunk();
        }

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
        _rowsInChunk++;
        return _chunk.AsSpan(offset, Width);
    }

    /// <summary>Hands over the rows. The builder can't be used afterwards.</summary>
    public RowChunks<T> Build()
    {
        ThrowIfBuilt();
        _built = true;
        if (_rowsInChunk > 0)
        {
            Array.Resize(ref _chunk, _rowsInChunk * Width);
            EndChunk();
        }

        _chunk = [];
        return _blocks.Count > 0 ? new RowChunks<T>(Paged(), _shift, Count, Width) : new RowChunks<T>([.. _chunks!], _shift, Count, Width);
    }

    /// <summary>The chunk is full, or the last one.</summary>
    private void EndChunk()
    {
        _chunks.Add(_chunk);
        if (_spill?.Takes((long)_chunk.Length * Unsafe.SizeOf<T>()) == true)
        {
            // All that came before rows were too many, and this one, whose array is free for the next rows then.
            for (int i = _blocks.Count; i < _chunks.Count; i++)
            {
                _blocks.Add(_spill.File.Append(MemoryMarshal.AsBytes(_chunks[i].AsSpan())));
                _chunks[i] = null;
            }
        }
        else
        {
            _chunk = [];
        }

        _rowsInChunk = 0;
    }

    private PagedChunks<T[]> Paged()
    {
        SpillFile file = _spill!.File;
        SpillBlock[] blocks = [.. _blocks];
        return new PagedChunks<T[]>(
            _spill.Cache,
            blocks.Length,
            chunk =>
            {
                T[] rows = GC.AllocateUninitializedArray<T>(blocks[chunk].Length / Unsafe.SizeOf<T>());
                file.Read(blocks[chunk], MemoryMarshal.AsBytes(rows.AsSpan()));
                return rows;
            },
            chunk => blocks[chunk].Length);
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build has handed the rows over; use a new builder.");
        }
    }
}
