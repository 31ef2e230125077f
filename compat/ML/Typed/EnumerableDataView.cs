using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A data view over objects, enumerated anew by each cursor.</summary>
internal sealed class EnumerableDataView<TRow> : IDataView where TRow : class
{
    private readonly IEnumerable<TRow> _rows;
    private readonly TypedSchema<TRow> _typed;

    public EnumerableDataView(IEnumerable<TRow> rows, SchemaDefinition definition)
    {
        _rows = rows;
        _typed = new TypedSchema<TRow>(definition);
        Schema = _typed.ToSchema();
    }

    public DataViewSchema Schema { get; }
    public bool CanShuffle => false;
    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, columnsNeeded.Select(c => c.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(EnumerableDataView<TRow> parent, HashSet<int> active) : DataViewRowCursor
    {
        private readonly IEnumerator<TRow> _rows = parent._rows.GetEnumerator();
        private readonly TypedRowReader<TRow> _reader = new(parent._typed, active.Contains);
        private long _position = -1;
        private bool _done;

        public override DataViewSchema Schema => parent.Schema;
        public override long Position => _position;
        public override long Batch => 0;
        public override bool IsColumnActive(DataViewSchema.Column column) => _reader.IsActive(column.Index);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _reader.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId dst) =>
        {
            Contracts.Check(_position >= 0, "Values cannot be fetched at this time: the cursor is not at a row.");
            dst = new((ulong)_position, 0);
        };

        public override bool MoveNext()
        {
            if (_done)
                return false;
            if (!_rows.MoveNext())
            {
                Dispose();
                return false;
            }
            _reader.Current = _rows.Current;
            Contracts.Check(_reader.Current != null, "Encountered null when iterating over data, this is not supported.");
            _position++;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing || _done)
                return;
            _done = true;
            _position = -1;
            _reader.Current = null;
            _rows.Dispose();
        }
    }
}
