namespace MLNet.GradientTrainers.Kernels;

/// <summary>A table in compressed sparse row form: for each row the columns that are not zero, and their values. Made by <see cref="SparseRowsBuilder"/>.</summary>
public sealed class SparseRows : ISparseRowSource
{
    /// <summary>Rows of a chunk, as a power of two.</summary>
    internal const int ChunkShift = 8;

    private readonly Chunk[] _chunks;

    internal SparseRows(Chunk[] chunks, int count, int width, long stored)
    {
        _chunks = chunks;
        Count = count;
        Width = width;
        StoredValues = stored;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <summary>Number of values in memory.</summary>
    public long StoredValues { get; }

    double ISparseRowSource.Density => Count == 0 ? 0 : StoredValues / ((double)Count * Width);

    /// <summary>The values of some rows each.</summary>
    internal Chunk[] Chunks => _chunks;

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
        foreach (Chunk chunk in _chunks)
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
        foreach (Chunk chunk in _chunks)
        {
            foreach (int column in chunk.Columns)
            {
                stored[column]++;
            }
        }

        return stored;
    }

    /// <summary>Mean and standard deviation of a column, zeros included.</summary>
    /// <param name="column">Index in [0, <see cref="Width"/>).</param>
    public (double Mean, double Deviation) Moments(int column)
    {
        // Welford's update: no cancellation where the mean is large beside the deviation.
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < Count; i++)
        {
            Row(i, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            int place = columns.BinarySearch(column);
            double difference = (place < 0 ? 0 : values[place]) - mean;
            mean += difference / (i + 1);
            squares += difference * ((place < 0 ? 0 : values[place]) - mean);
        }

        return (mean, Count == 0 ? 0 : Math.Sqrt(squares / Count));
    }

    /// <summary>The rows with (x − centre) · factor in each column. Zeros stay, but for columns that have a centre.</summary>
    /// <param name="centres">One a column; 0 for none.</param>
    /// <param name="factors">One a column.</param>
    public SparseRows Scale(float[] centres, float[] factors) =>
        new SparseTransform(new ColumnScales(Array.ConvertAll(centres, centre => (double)centre), Array.ConvertAll(factors, factor => (double)factor))).Apply(this, threads: 0, CancellationToken.None);

    void ISparseRowSource.Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values) => Row(row, out columns, out values);

    private void Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values)
    {
        if ((uint)row >= (uint)Count)
        {
            throw RowSources.NoSuchRow(row, Count);
        }

        Chunk chunk = _chunks[row >> ChunkShift];
        int local = row & ((1 << ChunkShift) - 1);
        int start = chunk.Starts[local];
        int length = chunk.Starts[local + 1] - start;
        columns = chunk.Columns.AsSpan(start, length);
        values = chunk.Values.AsSpan(start, length);
    }

    /// <summary>Some rows: the values of local row r lie at [Starts[r], Starts[r + 1]).</summary>
    internal readonly record struct Chunk(int[] Starts, int[] Columns, float[] Values);
}
