namespace Microsoft.ML.Data;

/// <summary>Keeps columns in memory once they have been read; the columns that a cursor needs are read together, in one pass.</summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView _source;
    private readonly ColumnBuffer[] _columns;
    private readonly Lock _lock = new();
    private IdBuffer _ids;
    private int _rows = -1;

    public CacheDataView(IDataView input, params DataViewSchema.Column[] prefetch)
    {
        _source = input;
        _columns = new ColumnBuffer[input.Schema.Count];
        if (prefetch.Length > 0)
            Fill(prefetch);
    }

    public bool CanShuffle => true;
    public DataViewSchema Schema => _source.Schema;
    public long? GetRowCount() => _rows >= 0 ? _rows : _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        Fill(needed);
        int[] order = null;
        if (rand is not null)
        {
            order = Enumerable.Range(0, _rows).ToArray();
            rand.Shuffle(order);
        }
        return new Cursor(this, needed, order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private void Fill(DataViewSchema.Column[] needed)
    {
        lock (_lock)
        {
            var missing = needed.Where(column => _columns[column.Index] is null).DistinctBy(column => column.Index).ToArray();
            if (missing.Length == 0 && _rows >= 0)
                return;
            using var cursor = _source.GetRowCursor(missing);
            var buffers = missing.Select(column => ColumnBuffer.Create(cursor, column)).ToArray();
            var ids = new IdBuffer(cursor.GetIdGetter());
            int rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                foreach (var buffer in buffers)
                    buffer.Store(rows);
                ids.Store(rows);
            }
            if (_rows >= 0 && rows != _rows)
                throw new InvalidOperationException($"The source of the cache gave {rows} rows, and {_rows} before.");
            for (int i = 0; i < missing.Length; i++)
                _columns[missing[i].Index] = buffers[i];
            _ids = ids;
            _rows = rows;
        }
    }

    private sealed class Cursor(CacheDataView parent, DataViewSchema.Column[] needed, int[] order) : BufferedCursor(parent.Schema)
    {
        private readonly HashSet<int> _active = needed.Select(column => column.Index).ToHashSet();
        private int _next;

        protected override ColumnBuffer GetBuffer(int column) => _active.Contains(column) ? parent._columns[column] : null;
        public override ValueGetter<DataViewRowId> GetIdGetter() => parent._ids.MakeGetter(CurrentSlot);

        protected override void Advance()
        {
            Slot = _next >= parent._rows ? -1 : order?[_next] ?? _next;
            _next++;
        }
    }
}
