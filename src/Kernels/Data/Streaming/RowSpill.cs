using System.Globalization;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Where the rows of a training lie that are too many for memory: in a temporary file, of which parts are in memory at a time. Builders of rows that are given one write what they collect there, chunk by chunk. It must
/// outlive the rows; the file goes when it is disposed, and with the process, however that ends.
/// </summary>
/// <remarks>
/// Of the limit half is for chunks of rows, a quarter for what is kept of each row beside (<see cref="Count"/>), and a quarter for buffers and for what the garbage collector has not
/// collected yet.
/// </remarks>
public sealed class RowSpill : IDisposable
{
    /// <summary>The smallest limit: 4 MiB.</summary>
    public const long SmallestLimit = 1 << 22;

    /// <summary>A chunk is read at once: large enough for the disk, small enough that a window has many.</summary>
    private const int LargestChunk = 1 << 20;

    /// <summary>Less is not worth a collection.</summary>
    private const int LeastGarbage = 1 << 22;

    /// <summary>Blocks of a source's own that a window must have: fewer mix sorted rows badly.</summary>
    private const int LeastWindowBlocks = 8;

    /// <summary>Blocks that decoding one may take room for, a quarter of the limit.</summary>
    private const int LeastBuffers = 4;

    private const int SmallestChunk = 1 << 14;
    private const int WindowChunks = 64;

    private readonly Action? _onSpill;
    private readonly List<IDisposable> _inPlace = [];
    private SpillFile? _file;
    private long _held;
    private long _rows;
    private long _bytesOfRows;

    /// <summary>Prepares one; no file is made before rows come.</summary>
    /// <param name="memoryLimit">Bytes of memory for rows, at least <see cref="SmallestLimit"/>.</param>
    /// <param name="folder">An existing folder for the file; null for the system's folder for temporary files.</param>
    /// <param name="always">Whether all rows are spilled; false keeps them in memory until they are more than <paramref name="mostInMemory"/>.</param>
    /// <param name="mostInMemory">Bytes of rows that stay in memory; null for <paramref name="memoryLimit"/>.</param>
    /// <param name="onSpill">Called when the first rows are spilled, or read in place; null for nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="memoryLimit"/> is too small.</exception>
    public RowSpill(long memoryLimit, string? folder = null, bool always = true, long? mostInMemory = null, Action? onSpill = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryLimit, SmallestLimit);
        MemoryLimit = memoryLimit;
        MostInMemory = always ? -1 : mostInMemory ?? memoryLimit;
        Folder = folder ?? Path.GetTempPath();
        _onSpill = onSpill;
        Cache = new ChunkCache(memoryLimit, memoryLimit / 2, Math.Max(memoryLimit / 4, LeastGarbage));
        long chunk = memoryLimit / (4 * WindowChunks);
        ChunkBytes = (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)chunk + 1) / 2, SmallestChunk, LargestChunk);
    }

    /// <summary>Bytes of memory for rows.</summary>
    public long MemoryLimit { get; }

    /// <summary>Whether rows have been spilled, or are read in place.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Whether the first rows outside memory were read in place; false where they were spilled, and before there are any.</summary>
    public bool IsInPlace { get; private set; }

    /// <summary>The folder of the file.</summary>
    public string Folder { get; }

    /// <summary>Bytes of the file.</summary>
    public long FileBytes => _file?.Length ?? 0;

    /// <summary>How many fits read the same rows at the same time, each in an order of its own, at least 1: they share the memory.</summary>
    public int Readers
    {
        get => Cache.Readers;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Cache.Readers = value;
        }
    }

    /// <summary>Chunks of rows that were read, and how many of them somebody had to wait for.</summary>
    public (long Read, long WaitedFor) Chunks => (Cache.Loads, Cache.Waits);

    internal ChunkCache Cache { get; }

    /// <summary>Bytes of a chunk, a power of two; a row that is longer is a chunk of its own.</summary>
    internal int ChunkBytes { get; }

    internal SpillFile File => _file ??= SpillFile.Create(Folder);

    private long MostInMemory { get; }

    /// <summary>The memory limit of rows that lie outside memory; null for others.</summary>
    /// <param name="rows">Rows, or a view of some.</param>
    public static long? LimitOf(IRowSource<float> rows) => PagedRows.Of(rows) is { Table: { } table } ? table.MemoryLimit : null;

    /// <summary>Ends the reading, and removes the file.</summary>
    public void Dispose()
    {
        Cache.Dispose();
        _file?.Dispose();
        _inPlace.ForEach(file => file.Dispose());
    }

    /// <summary>Opens a file whose rows are read where they lie, until this is disposed.</summary>
    internal SafeFileHandle OpenInPlace(string path)
    {
        SafeFileHandle file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        DisposeWith(file);
        return file;
    }

    /// <summary>Ends something with this.</summary>
    internal void DisposeWith(IDisposable source) => _inPlace.Add(source);

    /// <summary>Whether so many rows more would lie outside memory.</summary>
    /// <param name="bytes">Bytes of them; 0 where that is not known.</param>
    public bool WouldTake(long bytes) => IsUsed || _held + bytes > MostInMemory;

    /// <summary>
    /// Whether blocks of rows are small enough to be read where they lie: a window has some of them, and the buffers that one is decoded in have room beside. Rows that fit into the limit as a whole may lie in larger ones.
    /// </summary>
    /// <param name="largest">Bytes of the largest block.</param>
    /// <param name="all">Bytes of all.</param>
    public bool HasRoomFor(long largest, long all) => largest <= MemoryLimit / (4 * (all <= MemoryLimit / 2 ? LeastBuffers : LeastWindowBlocks));

    /// <summary>How many rows a source that can be cut anywhere does best to give as a block: as many as a chunk of a copy has.</summary>
    /// <param name="bytesOfRow">Bytes of a row, at least 1.</param>
    public int RowsOfBlock(long bytesOfRow) => (int)Math.Max(1, ChunkBytes / (long)BitOperations.RoundUpToPowerOf2((ulong)bytesOfRow));

    /// <summary>Whether rows are to lie outside memory, with all that whoever asks has so far.</summary>
    /// <param name="bytes">Bytes of rows that have been added.</param>
    public bool Takes(long bytes)
    {
        _held += bytes;
        if (!IsUsed && _held > MostInMemory)
        {
            Begin(inPlace: false);
        }

        return IsUsed;
    }

    /// <summary>Rows lie outside memory from now on.</summary>
    /// <param name="inPlace">Whether they are read where they lie.</param>
    internal void Begin(bool inPlace)
    {
        if (!IsUsed)
        {
            (IsUsed, IsInPlace) = (true, inPlace);
            _onSpill?.Invoke();
        }
    }

    /// <summary>Counts rows that are read for training or validation.</summary>
    /// <param name="rows">How many more.</param>
    /// <param name="bytes">Bytes that are kept of each in memory: its label, weight and place in the order, and what a split needs besides.</param>
    /// <exception cref="InvalidOperationException">Rows lie outside memory, and what is kept of each is more than the limit allows.</exception>
    public void Count(int rows, int bytes)
    {
        _rows += rows;
        _bytesOfRows += (long)rows * bytes;
        if (IsUsed && _bytesOfRows > MemoryLimit / 4)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_rows:N0} rows are too many for a memory limit of {MemoryLimit / (1 << 20):N0} MiB: their labels, weights and order take {bytes} bytes each, for which a quarter of it is meant. Give a larger limit (MemoryLimit), one MiB for each {(1 << 20) / 4.0 / bytes:N0} rows."));
        }
    }

    /// <summary>Over how many of its chunks rows are mixed when they are shuffled; null for rows in memory, and for those that fit there, which are shuffled as a whole.</summary>
    /// <param name="rows">Rows, or a view of some.</param>
    public static (int Chunks, int Of)? WindowOf(IRowSource<float> rows) =>
        PagedRows.Of(rows) is { Table: { } table } && table.Window < table.Count ? (table.Window, table.Count) : null;
}
