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
    private readonly double[] _wire = [];
    private readonly int[] _starts = [];

    /// <param name="processes">The processes; null for this one alone.</param>
    /// <param name="pieces">How many pieces there are. Of a single one each process makes its own: to wait for it would take longer.</param>
    /// <param name="numbers">Numbers that a piece comes to.</param>
    public SharedPieces(SharedRun? processes, int pieces, int numbers)
    {
        (_processes, _pieces, _numbers) = (processes is { Size: > 1 } && pieces > 1 ? processes : null, pieces, numbers);
        (First, End) = (0, pieces);
        if (_processes is null)
        {
            return;
        }

        (First, End) = (FirstOf(_processes.Rank), FirstOf(_processes.Rank + 1));
        _starts = [.. Enumerable.Range(0, _processes.Size + 1).Select(Start)];
        _wire = GC.AllocateUninitializedArray<double>(_starts[^1], pinned: true);
        _swap = new PartSwap(_processes.Communicator, Tag);
    }

    /// <summary>Whether other processes make some of the pieces.</summary>
    public bool IsShared => _processes is not null;

    /// <summary>The first piece that this process makes.</summary>
    public int First { get; }

    /// <summary>The end of those.</summary>
    public int End { get; }

    /// <summary>Where shared pieces are: this process puts its own there, and after <see cref="Swap"/> has all.</summary>
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

    /// <summary>Tells the others this process's pieces, and receives theirs. All learn of it, too, if one wants to end the run early.</summary>
    public void Swap()
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

    private int FirstOf(int rank) => ShardTree.FirstOf(rank, _processes!.Size, 0, _pieces);

    /// <summary>Behind the pieces of a process is its wish to end.</summary>
    private int Start(int rank) => (FirstOf(rank) * _numbers) + rank;
}
