using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// What processes that train one network together tell each other of every batch. Each computes the shards that <see cref="ShardTree.FirstOf"/> gives it by its rank, and all go on with the same sums, whose bits do not
/// depend on how many they are. All start from the same weights, options and order of rows.
/// </summary>
/// <remarks>
/// The vector of gradients is cut into <see cref="ExchangeSlices"/>, each slice into a piece for every process. A process sends the owner of a piece what its own subtrees of <see cref="ShardTree"/> come to; the owner adds
/// these up in the order of the tree, and sends the sum to all. So a process sends p·(n − 1)/n + (n − 1)/n times the vector, where n is the number of processes and p of the subtrees that it has: 1 where n is a power of two
/// that divides a power of two of shards, and never more than 2·log₂ of the shards. A slice is on its way while the layers before it are still computed.
/// </remarks>
internal sealed class GradientExchange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TotalsTag = 1;
    private const int ShareTag = 2;
    private const int FirstSliceTag = 16;

    private readonly Communicator _communicator;
    private readonly int _shards;
    private readonly int _rank;
    private readonly int _size;
    private readonly ShardPart[][] _parts;
    private readonly ShardPart[] _allParts;
    private readonly SliceSum[] _slices;
    private readonly ShardPart _whole;
    private readonly int _place;
    private readonly PartSwap _totalsSwap;
    private readonly Action _done;
    private readonly Func<bool> _isDone;
    private double[] _wire = [];
    private int[] _wireStarts = [];
    private int _existing;
    private int _outstanding;

    /// <summary>Takes memory for one network.</summary>
    /// <param name="communicator">The processes.</param>
    /// <param name="shards">Shards of a batch.</param>
    /// <param name="length">Length of the vector of a shard.</param>
    /// <param name="slices">How it is cut.</param>
    public GradientExchange(Communicator communicator, int shards, int length, ExchangeSlice[] slices)
    {
        _communicator = communicator;
        _shards = shards;
        (_rank, _size) = (communicator.Rank, communicator.Size);
        _parts = [.. Enumerable.Range(0, _size).Select(rank => ShardTree.Parts(First(rank), First(rank + 1), shards))];
        _allParts = [.. _parts.SelectMany(parts => parts)];
        Values = [.. Parts.Select(_ => Pinned<T>(length))];
        Sum = Pinned<T>(length);
        _done = () => Interlocked.Decrement(ref _outstanding);
        _totalsSwap = new PartSwap(communicator, TotalsTag);
        _isDone = () => Volatile.Read(ref _outstanding) == 0 && _totalsSwap.IsDone;
        _whole = ShardTree.Parts(0, shards, shards)[0];
        _place = _parts.Take(_rank).Sum(parts => parts.Length);
        _slices = [.. slices.Select((slice, i) => new SliceSum(this, slice, FirstSliceTag + (2 * i)))];
    }

    /// <summary>How many processes there are.</summary>
    public int Size => _size;

    /// <summary>The subtrees of this process.</summary>
    public ShardPart[] Parts => _parts[_rank];

    /// <summary>The part of so many items that this process has in <see cref="Share"/>.</summary>
    public (int First, int End) PartOf(int items) => (ShardTree.FirstOf(_rank, _size, 0, items), ShardTree.FirstOf(_rank + 1, _size, 0, items));

    /// <summary>How the vector is cut, in the order in which it should be told.</summary>
    public int Slices => _slices.Length;

    /// <summary>For each subtree of this process the place of its sum.</summary>
    public T[][] Values { get; }

    /// <summary>After <see cref="Finish"/>: the sum over all shards, the same in every process.</summary>
    public T[] Sum { get; }

    /// <summary>Whether a process wants to end the run early: all know of it after the same batch.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>A slice.</summary>
    public ExchangeSlice Slice(int index) => _slices[index].Slice;

    /// <summary>Begins a batch.</summary>
    /// <param name="existing">How many shards it has: parts behind them have no sum.</param>
    public void Begin(int existing)
    {
        _existing = existing;
        foreach (SliceSum slice in _slices)
        {
            slice.Begin();
        }
    }

    /// <summary>Sends a slice of <see cref="Values"/>, which must be known for all parts.</summary>
    public void Send(int index) => _slices[index].Send();

    /// <summary>Lets what is on its way go on.</summary>
    public void Progress() => _communicator.Progress();

    /// <summary>Shares the sums of the shards' losses and so on, and waits for the gradients, all of which must have been sent.</summary>
    /// <param name="totals">For each shard so many numbers; those of other processes' shards are received.</param>
    /// <param name="perShard">How many.</param>
    /// <param name="cancel">Whether this process wants to end the run early.</param>
    public void Finish(Span<double> totals, int perShard, bool cancel)
    {
        Lay(perShard);
        int own = _wireStarts[_rank];
        totals[(First(_rank) * perShard)..(First(_rank + 1) * perShard)].CopyTo(_wire.AsSpan(own));
        _wire[_wireStarts[_rank + 1] - 1] = cancel ? 1 : 0;
        _totalsSwap.Begin(_wire, _wireStarts);
        _communicator.WaitFor(_isDone);
        for (int rank = 0; rank < _size; rank++)
        {
            Span<double> part = _wire.AsSpan(_wireStarts[rank].._wireStarts[rank + 1]);
            part[..^1].CopyTo(totals[(First(rank) * perShard)..]);
            IsCancelled |= part[^1] != 0;
        }
    }

    /// <summary>Shares numbers, of which each process has some.</summary>
    /// <param name="values">All of them; those of other processes are received.</param>
    /// <param name="perItem">Numbers of an item; items are divided as <see cref="ShardTree.FirstOf"/> says.</param>
    public void Share(double[] values, int perItem)
    {
        int items = values.Length / perItem;
        double[] wire = Pinned<double>(values.Length);
        int[] starts = [.. Enumerable.Range(0, _size + 1).Select(rank => perItem * ShardTree.FirstOf(rank, _size, 0, items))];
        values.AsSpan(starts[_rank]..starts[_rank + 1]).CopyTo(wire.AsSpan(starts[_rank]));
        new PartSwap(_communicator, ShareTag).Run(wire, starts);
        wire.CopyTo(values, 0);
    }

    private static TItem[] Pinned<TItem>(int length) => GC.AllocateUninitializedArray<TItem>(length, pinned: true);

    /// <summary>The first shard of a process.</summary>
    private int First(int rank) => ShardTree.FirstOf(rank, _size, 0, _shards);

    /// <summary>The places of what each process tells of its shards, with the wish to end behind it.</summary>
    private void Lay(int perShard)
    {
        if (_wire.Length != (_shards * perShard) + _size)
        {
            _wireStarts = [.. Enumerable.Range(0, _size + 1).Select(rank => (First(rank) * perShard) + rank)];
            _wire = Pinned<double>(_wireStarts[^1]);
        }
    }

    private void Receive<TItem>(int rank, int tag, TItem[] array, int start, int length, Action done)
        where TItem : unmanaged
    {
        if (length > 0)
        {
            Interlocked.Increment(ref _outstanding);
            _communicator.Receive(rank, tag, PinnedBytes.Of(array, start, length), array, done);
        }
    }

    private void Send<TItem>(int rank, int tag, TItem[] array, int start, int length)
        where TItem : unmanaged
    {
        if (length > 0)
        {
            Interlocked.Increment(ref _outstanding);
            _communicator.Send(rank, tag, PinnedBytes.Of(array, start, length), array, _done);
        }
    }

    private int ExistingParts(int rank)
    {
        int count = 0;
        while (count < _parts[rank].Length && _parts[rank][count].First < _existing)
        {
            count++;
        }

        return count;
    }

    /// <summary>The sum of one slice, of which this process owns a piece.</summary>
    private sealed class SliceSum
    {
        private readonly GradientExchange<T> _all;
        private readonly int _tag;
        private readonly int[] _starts;

        /// <summary>What the owner of the piece has of each part of all.</summary>
        private readonly T[][] _pieces;
        private readonly Action _received;
        private int _missing;

        public SliceSum(GradientExchange<T> all, ExchangeSlice slice, int tag)
        {
            (_all, Slice, _tag) = (all, slice, tag);
            int lines = (slice.Length + ParameterSlot.Alignment - 1) / ParameterSlot.Alignment;
            _starts = [.. Enumerable.Range(0, all._size + 1).Select(rank => slice.Start + Math.Min(slice.Length, ParameterSlot.Alignment * ShardTree.FirstOf(rank, all._size, 0, lines)))];
            _pieces = [.. all._allParts.Select(_ => Pinned<T>(Length(all._rank)))];
            _received = () =>
            {
                Interlocked.Decrement(ref all._outstanding);
                Take();
            };
        }

        public ExchangeSlice Slice { get; }

        /// <summary>Says where to put what others will send.</summary>
        public void Begin()
        {
            int own = Length(_all._rank);

            // One more for what this process has itself.
            _missing = 1;
            int place = 0;
            for (int rank = 0; rank < _all._size; rank++)
            {
                int parts = rank == _all._rank ? 0 : _all.ExistingParts(rank);
                _missing += own > 0 ? parts : 0;
            }

            for (int rank = 0; rank < _all._size; place += _all._parts[rank].Length, rank++)
            {
                if (rank == _all._rank)
                {
                    continue;
                }

                for (int part = 0; part < _all.ExistingParts(rank); part++)
                {
                    _all.Receive(rank, _tag, _pieces[place + part], 0, own, _received);
                }

                _all.Receive(rank, _tag + 1, _all.Sum, _starts[rank], Length(rank), _all._done);
            }
        }

        public void Send()
        {
            int existing = _all.ExistingParts(_all._rank);
            for (int step = 1; step < _all._size; step++)
            {
                int to = (_all._rank + step) % _all._size;
                for (int part = 0; part < existing; part++)
                {
                    _all.Send(to, _tag, _all.Values[part], _starts[to], Length(to));
                }
            }

            for (int part = 0; part < existing; part++)
            {
                _all.Values[part].AsSpan(_starts[_all._rank], Length(_all._rank)).CopyTo(_pieces[_all._place + part]);
            }

            Take();
        }

        /// <summary>Something of this process's piece is there; with the last of it the sum is made and sent.</summary>
        private void Take()
        {
            if (Interlocked.Decrement(ref _missing) > 0)
            {
                return;
            }

            int start = _starts[_all._rank];
            int length = Length(_all._rank);
            if (length > 0)
            {
                ShardTree.Sum(_all._whole, _all._allParts, _pieces, _all._existing, 0, _all.Sum.AsSpan(start, length));
            }

            for (int step = 1; step < _all._size; step++)
            {
                _all.Send((_all._rank + step) % _all._size, _tag + 1, _all.Sum, start, length);
            }
        }

        private int Length(int rank) => _starts[rank + 1] - _starts[rank];
    }
}
