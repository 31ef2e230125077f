namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Pieces into which work on rows is cut by the rows' number alone, and which processes divide among themselves: what each piece comes to is told to all, who add it up in the order of the pieces. So the sums have the same
/// bits for any number of processes, and for one alone.
/// </summary>
internal sealed class SharedPieces
{
    private const int Tag = 5;

    private readonly SharedRun? _processes;
    private readonly int _pieces;
    private readonly int _numbers;
    private readonly PartSwap? _swap;
    private readonly double[] _wire;
    private readonly int[] _starts;

    /// <param name="processes">The processes; null for this one alone.</param>
    /// <param name="pieces">How many pieces there are. Of a single one each process makes its own: to wait for it would take longer.</param>
    /// <param name="numbers">Numbers that a piece comes to.</param>
    public SharedPieces(SharedRun? processes, int pieces, int numbers)
    {
        (_processes, _pieces, _numbers) = (processes is { Size: > 1 } && pieces > 1 ? processes : null, pieces, numbers);
        int rank = _processes?.Rank ?? 0;
        (First, End) = (FirstOf(rank), FirstOf(rank + 1));
        _starts = [.. Enumerable.Range(0, Size + 1).Select(Start)];
        _wire = GC.AllocateUninitializedArray<double>(_starts[^1], pinned: _processes is not null);
        _swap = _processes is null ? null : new PartSwap(_processes.Communicator, Tag);
    }

    /// <summary>The first piece that this process makes.</summary>
    public int First { get; }

    /// <summary>The end of those.</summary>
    public int End { get; }

    private int Size => _processes?.Size ?? 1;

    /// <summary>Where this process puts what one of its pieces comes to.</summary>
    public Span<double> this[int piece]
    {
        get
        {
            int rank = 0;
            while (FirstOf(rank + 1) <= piece)
            {
                rank++;
            }

            return _wire.AsSpan(_starts[rank] + ((piece - FirstOf(rank)) * _numbers), _numbers);
        }
    }

    /// <summary>The part of some rows that is a piece.</summary>
    public ReadOnlySpan<int> Of(ReadOnlySpan<int> rows, int piece) => rows[(int)((long)rows.Length * piece / _pieces)..(int)((long)rows.Length * (piece + 1) / _pieces)];

    /// <summary>The sum of all pieces, those of the others received first. It stands in the place of the first piece, up to the next sum. All learn of it, too, if one wants to end the run early.</summary>
    public ReadOnlySpan<double> Sum()
    {
        Swap();
        Span<double> sum = this[0];
        for (int piece = 1; piece < _pieces; piece++)
        {
            Wide.AddScaled(1, this[piece], sum);
        }

        return sum;
    }

    private void Swap()
    {
        if (_processes is null)
        {
            return;
        }

        _wire[_starts[_processes.Rank + 1] - 1] = _processes.WantsToEnd ? 1 : 0;
        _swap!.Run(_wire, _starts);
        for (int rank = 0; rank < _processes.Size; rank++)
        {
            _processes.IsCancelled = _wire[_starts[rank + 1] - 1] != 0;
        }
    }

    private int FirstOf(int rank) => ShardTree.FirstOf(rank, Size, 0, _pieces);

    /// <summary>Behind the pieces of a process is its wish to end.</summary>
    private int Start(int rank) => (FirstOf(rank) * _numbers) + rank;
}
