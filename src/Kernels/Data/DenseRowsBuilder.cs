namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Collects dense rows whose number is not known beforehand. Memory grows by chunks of about 1 MiB, so rows are never copied again
/// and at most one chunk is larger than needed.
/// </summary>
/// <param name="width">Columns of a row, at least 1.</param>
/// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
public sealed class DenseRowsBuilder(int width, RowSpill? spill = null)
{
    private readonly RowChunksBuilder<float> _rows = new(width, spill);

    /// <summary>Columns of a row.</summary>
    public int Width => _rows.Width;

    /// <summary>Rows added so far.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="row"><see cref="Width"/> values.</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<float> row) => _rows.Add(row);

    /// <summary>Adds a row given by its values that are not zero.</summary>
    /// <param name="columns">Strictly ascending column indices in [0, <see cref="Width"/>).</param>
    /// <param name="values">The value in each of these columns.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the indices are not ascending or leave the row.</exception>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        SparseRowsBuilder.Check(columns, values, Width, Count);
        Span<float> row = _rows.Next();
        row.Clear();
        for (int i = 0; i < columns.Length; i++)
        {
            row[columns[i]] = values[i];
        }
    }

    /// <summary>Hands over the rows. The builder can't be used afterwards.</summary>
    public DenseRows Build() => new(_rows.Build());
}
