namespace MLNet.GradientTrainers.Kernels;

/// <summary>Collects rows of bytes whose number is not known beforehand, as <see cref="DenseRowsBuilder"/> does rows of numbers.</summary>
public sealed class ByteRowsBuilder
{
    private readonly RowChunksBuilder<byte> _rows;
    private readonly ByteValues _values;
    private readonly byte[] _row;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <param name="scale">What a byte is multiplied by, finite.</param>
    public ByteRowsBuilder(int width, float scale = 1)
        : this(width, ByteValues.Multiples(scale))
    {
    }

    /// <summary>Creates an empty builder.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <param name="values">What each byte stands for: 256 numbers.</param>
    /// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
    /// <exception cref="ArgumentException">There are not 256 values.</exception>
    public ByteRowsBuilder(int width, ReadOnlySpan<float> values, RowSpill? spill = null)
        : this(width, new ByteValues(values), spill)
    {
    }

    internal ByteRowsBuilder(int width, ByteValues values, RowSpill? spill = null)
    {
        _rows = new RowChunksBuilder<byte>(width, spill);
        _values = values;
        _row = new byte[width];
    }

    /// <summary>Columns of a row.</summary>
    public int Width => _rows.Width;

    /// <summary>Rows added so far.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="row"><see cref="Width"/> bytes.</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<byte> row) => _rows.Add(row);

    /// <summary>Adds a row of numbers if a byte stands for each of them, bit for bit; adds nothing otherwise.</summary>
    /// <param name="row"><see cref="Width"/> values.</param>
    /// <returns>Whether the row was added.</returns>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public bool TryAdd(ReadOnlySpan<float> row)
    {
        _rows.CheckWidth(row.Length);
        if (!_values.TryFind(row, _row))
        {
            return false;
        }

        _rows.Add(_row);
        return true;
    }

    /// <summary>Hands over the rows. The builder can't be used afterwards.</summary>
    public ByteRows Build() => new(_rows.Build(), _values);
}
