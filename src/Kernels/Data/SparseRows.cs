using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A table in compressed sparse row form: for each row the columns that are not zero, and their values. Made by <see cref="SparseRowsBuilder"/>.</summary>
public sealed class SparseRows : ISparseRowSource, IPagedRowSource
{
    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal const int ChunkShift = 8;

    // Null where a chunk is not in memory.
    private readonly Chunk?[] _chunks;
    private readonly PagedChunks<Chunk>? _paged;

    internal SparseRows(Chunk?[] chunks, int count, int width, long stored)
    {
        _chunks = chunks;
        Count = count;
        Width = width;
        StoredValues = stored;
    }

    internal SparseRows(PagedChunks<Chunk> chunks, int count, int width, long stored)
        : this(chunks.Slots, count, width, stored) => _paged = chunks;

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <summary>Number of values that are stored.</summary>
    public long StoredValues { get; }

    double ISparseRowSource.Density => Count == 0 ? 0 : StoredValues / ((double)Count * Width);

    /// <summary>The values of some rows each; null where they are not in memory.</summary>
    internal Chunk?[] Chunks => _chunks;

    /// <summary>The chunks of a table outside memory; null for one in memory.</summary>
    internal PagedChunks<Chunk>? Paged => _paged;

    PagedTable? IPagedRowSource.Paging => _paged;

    int IPagedRowSource.ChunkOf(int row) => row >> ChunkShift;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i], out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            Span<float> target = destination.Slice(i * Width, Width);
            target.Clear();
            for (int j = 0; j < columns.Length; j++)
            {
                target[columns[j]] = values[j];
            }
        }
    }

    /// <summary>The largest magnitude in each column; 0 where nothing is stored.</summary>
    public float[] LargestMagnitudes()
    {
        float[] largest = new float[Width];
        foreach (Chunk chunk in Enumerable.Range(0, _chunks.Length).Select(ChunkAt))
        {
            for (int i = 0; i < chunk.Columns.Length; i++)
            {
                ref float column = ref largest[chunk.Columns[i]];
                column = Math.Max(column, Math.Abs(chunk.Values[i]));
            }
        }

        return largest;
    }

    /// <summary>How many rows have a value in each column.</summary>
    public int[] StoredInColumns()
    {
        int[] stored = new int[Width];
        foreach (Chunk chunk in Enumerable.Range(0, _chunks.Length).Select(ChunkAt))
        {
            foreach (int column in chunk.Columns)
            {
                stored[column]++;
            }
        }

        return stored;
    }

    /// <summary>Mean and standard deviation of some columns, zeros included, in one pass over the rows.</summary>
    /// <param name="of">Indices in [0, <see cref="Width"/>).</param>
    public (double Mean, double Deviation)[] Moments(params ReadOnlySpan<int> of)
    {
        // Welford's update: no cancellation where the mean is large beside the deviation.
        (double Mean, double Squares)[] moments = new (double, double)[of.Length];
        for (int i = 0; i < Count; i++)
        {
            Row(i, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            for (int k = 0; k < of.Length; k++)
            {
                int place = columns.BinarySearch(of[k]);
                double value = place < 0 ? 0 : values[place];
                double difference = value - moments[k].Mean;
                double mean = moments[k].Mean + (difference / (i + 1));
                moments[k] = (mean, moments[k].Squares + (difference * (value - mean)));
            }
        }

        return Array.ConvertAll(moments, moment => (moment.Mean, Count == 0 ? 0 : Math.Sqrt(moment.Squares / Count)));
    }

    /// <summary>The rows with (x − centre) · factor in each column. Zeros stay, but for columns that have a centre.</summary>
    /// <param name="centres">One a column; 0 for none.</param>
    /// <param name="factors">One a column.</param>
    public SparseRows Scale(float[] centres, float[] factors) =>
        new SparseTransform(new ColumnScales(Array.ConvertAll(centres, centre => (double)centre), Array.ConvertAll(factors, factor => (double)factor))).Apply(this, threads: 0, CancellationToken.None);

    /// <summary>The stored values of a row where they lie.</summary>
    /// <param name="row">Index in [0, <see cref="Count"/>).</param>
    /// <param name="columns">Their columns, strictly ascending.</param>
    /// <param name="values">As many numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values)
    {
        if ((uint)row >= (uint)Count)
        {
            throw RowSources.NoSuchRow(row, Count);
        }

        Chunk chunk = ChunkAt(row >> ChunkShift);
        int local = row & ((1 << ChunkShift) - 1);
        int start = chunk.Starts[local];
        int length = chunk.Starts[local + 1] - start;
        columns = chunk.Columns.AsSpan(start, length);
        values = chunk.Values.AsSpan(start, length);
    }

    private Chunk ChunkAt(int chunk) => _chunks[chunk] ?? _paged![chunk];

    /// <summary>Some rows: the values of local row r lie at [Starts[r], Starts[r + 1]).</summary>
    internal sealed record Chunk(int[] Starts, int[] Columns, float[] Values)
    {
        /// <summary>Bytes in memory.</summary>
        public static long BytesOf(int rows, long values) => ((rows + 1L) * sizeof(int)) + (values * (sizeof(int) + sizeof(float)));

        /// <summary>The three lists one after another.</summary>
        public byte[] ToBytes() => [.. MemoryMarshal.AsBytes(Starts.AsSpan()), .. MemoryMarshal.AsBytes(Columns.AsSpan()), .. MemoryMarshal.AsBytes(Values.AsSpan())];

        /// <summary>What <see cref="ToBytes"/> gave.</summary>
        public static Chunk From(ReadOnlySpan<byte> bytes, int rows)
        {
            int[] starts = MemoryMarshal.Cast<byte, int>(bytes)[..(rows + 1)].ToArray();
            ReadOnlySpan<byte> rest = bytes[((rows + 1) * sizeof(int))..];
            return new Chunk(starts, MemoryMarshal.Cast<byte, int>(rest)[..starts[^1]].ToArray(), MemoryMarshal.Cast<byte, float>(rest)[starts[^1]..].ToArray());
        }
    }
}
