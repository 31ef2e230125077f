using Microsoft.ML;

namespace MLNet.GradientTrainers;

/// <summary>
/// What a trainer that streams its rows asks a view for in the place of a random number generator: rows by blocks, in this order. It passes through all of ML.NET's steps that make a row of a row, up to the source. A view
/// whose rows lie in blocks that it can read in any order (row groups of a file, say) answers it, and is then read where it lies, again in each epoch, with nothing copied to disk.
/// </summary>
/// <remarks>
/// To answer, <see cref="IDataView.GetRowCursor"/> and <see cref="IDataView.GetRowCursorSet"/> look whether <c>rand</c> is one, call <see cref="Answer"/>, and give the rows of the blocks that are named, block after
/// block, in one cursor. Within a block rows keep their order. The identifier of a row is its number in the view's own order, counted from 0 (<c>new DataViewRowId(row, 0)</c>); the trainer checks it. After the blocks that
/// are named the cursor may end or go on. To a view that knows nothing of this, it is a generator like any other.
/// </remarks>
public sealed class RowBlockOrder : Random
{
    private bool _isAnswered;

    /// <summary>Asks for blocks.</summary>
    /// <param name="blocks">Numbers of blocks, each at most once; none to learn how the rows are cut.</param>
    public RowBlockOrder(IReadOnlyList<int> blocks)
        : base(1)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        Blocks = blocks;
    }

    /// <summary>Numbers of blocks, in the order wanted.</summary>
    public IReadOnlyList<int> Blocks { get; }

    /// <summary>Rows that a block should have of a source that can be cut anywhere.</summary>
    internal int RowsOfBlock { get; init; } = ImageDataView.RowsPerBatch;

    /// <summary>The first row of each block, and behind them the number of all rows; null as long as no view has answered, and where several have.</summary>
    internal int[]? Starts { get; private set; }

    /// <summary>The view's answer: it gives its rows by these blocks.</summary>
    /// <param name="starts">The first row of each block, ascending from 0, and behind them the number of all rows. No block is empty.</param>
    public void Answer(ReadOnlySpan<int> starts)
    {
        Starts = _isAnswered ? null : starts.ToArray();
        _isAnswered = true;
    }
}
