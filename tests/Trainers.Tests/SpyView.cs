using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A view that notes which columns its readers ask for, and tells of each row before it is given.</summary>
internal sealed class SpyView(IDataView inner, Action<long>? onRow = null) : IDataView
{
    /// <summary>The columns of the last cursor, in schema order.</summary>
    public string[] Requested { get; private set; } = [];

    public int Cursors { get; private set; }

    /// <summary>Rows that were given, by all cursors.</summary>
    public long Rows { get; private set; }

    public bool CanShuffle => inner.CanShuffle;

    public DataViewSchema Schema => inner.Schema;

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Note(columnsNeeded);
        return new Cursor(this, inner.GetRowCursor(columnsNeeded, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Note(columnsNeeded);
        return [.. inner.GetRowCursorSet(columnsNeeded, n, rand).Select(cursor => new Cursor(this, cursor))];
    }

    private void Note(IEnumerable<DataViewSchema.Column> columns)
    {
        Requested = [.. columns.OrderBy(c => c.Index).Select(c => c.Name)];
        Cursors++;
    }

    private bool Next(DataViewRowCursor cursor)
    {
        bool more = cursor.MoveNext();
        onRow?.Invoke(Rows);
        Rows += more ? 1 : 0;
        return more;
    }

    private sealed class Cursor(SpyView view, DataViewRowCursor inner) : DataViewRowCursor
    {
        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override DataViewSchema Schema => inner.Schema;

        public override bool MoveNext() => view.Next(inner);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => inner.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(column);

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
