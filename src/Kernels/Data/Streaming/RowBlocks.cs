namespace MLNet.GradientTrainers.Kernels;

/// <summary>Rows that lie elsewhere in blocks, such as the row groups of a file, each of which is given as often as it is asked for, in any order. What <see cref="BlockRows"/> reads.</summary>
public abstract class RowBlocks : IDisposable
{
    private readonly int[] _starts;

    /// <summary>Tells how the rows are cut.</summary>
    /// <param name="width">Columns of a row, at least 1.</param>
    /// <param name="starts">The first row of each block, ascending from 0, and behind them the number of all rows. No block is empty.</param>
    /// <param name="areBytes">Whether values are bytes, which stand for 0 to 255; else Single.</param>
    /// <exception cref="ArgumentException"><paramref name="starts"/> are no ascending numbers from 0.</exception>
    protected RowBlocks(int width, ReadOnlySpan<int> starts, bool areBytes = false)
    {
        RowSources.CheckWidth(width);
        if (starts.Length == 0 || starts[0] != 0)
        {
            throw new ArgumentException("The first block must begin at row 0, and the number of all rows must stand behind the last one.", nameof(starts));
        }

        for (int i = 1; i < starts.Length; i++)
        {
            if (starts[i] <= starts[i - 1])
            {
                throw new ArgumentException($"Block {i - 1} begins at row {starts[i - 1]} and ends at {starts[i]}, but no block may be empty.", nameof(starts));
            }
        }

        _starts = starts.ToArray();
        (Width, AreBytes) = (width, areBytes);
    }

    /// <summary>Columns of a row.</summary>
    public int Width { get; }

    /// <summary>Whether values are bytes; else Single.</summary>
    public bool AreBytes { get; }

    /// <summary>Number of rows.</summary>
    public int Count => _starts[^1];

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _starts.Length - 1;

    /// <summary>The first row of a block.</summary>
    /// <param name="block">A number in [0, <see cref="BlockCount"/>).</param>
    public int Start(int block) => _starts[block];

    /// <summary>Number of rows of a block.</summary>
    /// <param name="block">A number in [0, <see cref="BlockCount"/>).</param>
    public int RowsOf(int block) => _starts[block + 1] - _starts[block];

    /// <summary>Bytes of a block in memory.</summary>
    /// <param name="block">A number in [0, <see cref="BlockCount"/>).</param>
    public long BytesOf(int block) => (long)RowsOf(block) * Width * (AreBytes ? sizeof(byte) : sizeof(float));

    /// <summary>The block that a row belongs to.</summary>
    /// <param name="row">A number in [0, <see cref="Count"/>).</param>
    public int BlockOf(int row)
    {
        // Blocks are of one size as a rule.
        int guess = (int)((long)row * BlockCount / Count);
        if (_starts[guess] <= row && row < _starts[guess + 1])
        {
            return guess;
        }

        int place = Array.BinarySearch(_starts, row);
        return place >= 0 ? place : ~place - 1;
    }

    /// <summary>Reads a block of Single. Called by any thread, by several at a time.</summary>
    /// <param name="block">A number in [0, <see cref="BlockCount"/>).</param>
    /// <param name="rows">Receives all values of its rows, row by row.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or no longer what it was.</exception>
    public abstract void Read(int block, Span<float> rows);

    /// <summary>Reads a block of bytes; as <see cref="Read(int, Span{float})"/>.</summary>
    /// <param name="block">A number in [0, <see cref="BlockCount"/>).</param>
    /// <param name="rows">Receives all values of its rows, row by row.</param>
    public abstract void Read(int block, Span<byte> rows);

    /// <summary>Is told in which order blocks will be asked for next, as far as it is known.</summary>
    /// <param name="order">Blocks, each at most once.</param>
    public virtual void Announce(ReadOnlySpan<int> order)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the reading.</summary>
    /// <param name="disposing">False where the garbage collector calls.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
