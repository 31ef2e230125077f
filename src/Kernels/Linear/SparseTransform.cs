namespace MLNet.GradientTrainers.Kernels;

/// <summary>Scales sparse rows. Where a column is shifted, its zeros are stored too; what says which values are stored is shared where none is.</summary>
internal sealed class SparseTransform
{
    private readonly ColumnScales _scales;
    private readonly int[] _shifted;
    private readonly bool[] _isShifted;

    public SparseTransform(ColumnScales scales)
    {
        _scales = scales;
        _isShifted = [.. scales.Shifts.Select((shift, j) => shift != 0 && scales.Factors[j] != 0)];
        _shifted = [.. Enumerable.Range(0, _isShifted.Length).Where(j => _isShifted[j])];
    }

    /// <summary>The rows, scaled.</summary>
    /// <param name="rows">Rows of as many columns as the scales.</param>
    /// <param name="threads">Threads, or 0 for one a core.</param>
    /// <param name="cancellation">Looked at between chunks of rows.</param>
    public SparseRows Apply(SparseRows rows, int threads, CancellationToken cancellation)
    {
        if (rows.Paged is { } paged)
        {
            // Rows outside memory are scaled each time that they are read.
            long BytesOf(int chunk)
            {
                int count = Math.Min(1 << SparseRows.ChunkShift, rows.Count - (chunk << SparseRows.ChunkShift));
                return paged.BytesOf(chunk) + SparseRows.Chunk.BytesOf(0, (long)count * _shifted.Length);
            }

            return new SparseRows(paged.Select((_, chunk) => Scaled(chunk, _shifted.Length), BytesOf), rows.Count, rows.Width, Stored(rows));
        }

        SparseRows.Chunk[] chunks = new SparseRows.Chunk[rows.Chunks.Length];
        int pieces = Math.Min(ThreadTeam.MaxParts, chunks.Length);
        RowPieces.Run(threads, pieces, piece =>
        {
            for (int c = (int)((long)chunks.Length * piece / pieces); c < (int)((long)chunks.Length * (piece + 1) / pieces); c++)
            {
                cancellation.ThrowIfCancellationRequested();
                chunks[c] = Scaled(rows.Chunks[c]!, _shifted.Length);
            }
        });
        return new SparseRows(chunks, rows.Count, rows.Width, chunks.Sum(chunk => (long)chunk.Values.Length));
    }

    /// <summary>How many values scaled rows have: of shifted columns all.</summary>
    private long Stored(SparseRows rows)
    {
        if (_shifted.Length == 0)
        {
            return rows.StoredValues;
        }

        int[] stored = rows.StoredInColumns();
        return rows.StoredValues + _shifted.Sum(column => (long)rows.Count - stored[column]);
    }

    private SparseRows.Chunk Scaled(SparseRows.Chunk chunk, int shifted) => shifted == 0 ? Scaled(chunk) : Shifted(chunk);

    private SparseRows.Chunk Scaled(SparseRows.Chunk chunk)
    {
        float[] values = new float[chunk.Values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Value(chunk.Columns[k], chunk.Values[k]);
        }

        return chunk with { Values = values };
    }

    private SparseRows.Chunk Shifted(SparseRows.Chunk chunk)
    {
        int length = (chunk.Starts.Length - 1) * _shifted.Length;
        foreach (int column in chunk.Columns)
        {
            length += _isShifted[column] ? 0 : 1;
        }

        int[] starts = new int[chunk.Starts.Length];
        int[] columns = new int[length];
        float[] values = new float[length];
        int n = 0;
        for (int row = 0; row < starts.Length - 1; row++)
        {
            // Both in ascending order: what the row stores, and the columns that every row stores from now on.
            int next = 0;
            for (int k = chunk.Starts[row]; k < chunk.Starts[row + 1]; k++)
            {
                int column = chunk.Columns[k];
                for (; next < _shifted.Length && _shifted[next] < column; next++)
                {
                    Store(_shifted[next], 0);
                }

                next += _isShifted[column] ? 1 : 0;
                Store(column, chunk.Values[k]);
            }

            for (; next < _shifted.Length; next++)
            {
                Store(_shifted[next], 0);
            }

            starts[row + 1] = n;
        }

        return new SparseRows.Chunk(starts, columns, values);

        void Store(int column, float value)
        {
            columns[n] = column;
            values[n++] = Value(column, value);
        }
    }

    /// <summary>Rows that are not trained on may be out of all proportion.</summary>
    private float Value(int column, float value) => (float)Math.Clamp(_scales.Apply(column, value), -float.MaxValue, float.MaxValue);
}
