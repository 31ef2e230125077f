namespace Microsoft.ML.Data;

/// <summary>The source's rows in an order that a seed decides: the source's own shuffling, or a pool from which rows are drawn at random.</summary>
internal sealed class ShuffledDataView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;
    public DataViewSchema Schema => source.Schema;
    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        rand ??= new Random(seed);
        if (shuffleSource)
            return source.GetRowCursor(columnsNeeded, rand);
        var needed = columnsNeeded.ToArray();
        return new PoolCursor(source.GetRowCursor(needed), needed, poolSize, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class PoolCursor : BufferedCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly ColumnBuffer[] _buffers;
        private readonly IdBuffer _ids;
        private readonly int _poolSize;
        private readonly Random _rand;
        private int _count;
        private bool _inputEnded;

        public PoolCursor(DataViewRowCursor input, DataViewSchema.Column[] needed, int poolSize, Random rand) : base(input.Schema)
        {
            (_input, _poolSize, _rand, _ids) = (input, poolSize, rand, new IdBuffer(input.GetIdGetter()));
            _buffers = new ColumnBuffer[input.Schema.Count];
            foreach (var column in needed)
                _buffers[column.Index] = ColumnBuffer.Create(input, column);
        }

        protected override ColumnBuffer GetBuffer(int column) => _buffers[column];
        public override ValueGetter<DataViewRowId> GetIdGetter() => _ids.MakeGetter(CurrentSlot);

        protected override void Advance()
        {
            if (Slot >= 0)
                Remove(Slot);
            while (_count < _poolSize && !_inputEnded)
            {
                if (_input.MoveNext())
                    Append();
                else
                    _inputEnded = true;
            }
            Slot = _count == 0 ? -1 : _rand.Next(_count);
        }

        private void Append()
        {
            foreach (var buffer in _buffers)
                buffer?.Store(_count);
            _ids.Store(_count++);
        }

        private void Remove(int slot)
        {
            _count--;
            foreach (var buffer in _buffers)
                buffer?.Move(_count, slot);
            _ids.Move(_count, slot);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
        }
    }
}
