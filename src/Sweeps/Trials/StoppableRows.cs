using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Rows that are read no further once a token is cancelled: what reads them, such as a transform that is fitted or a metric, knows no token.</summary>
/// <param name="rows">The rows.</param>
/// <param name="token">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
internal sealed class StoppableRows(IDataView rows, CancellationToken token) : IDataView
{
    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(rows.GetRowCursor(columnsNeeded, rand), token);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        Array.ConvertAll(rows.GetRowCursorSet(columnsNeeded, n, rand), cursor => (DataViewRowCursor)new Cursor(cursor, token));

    private sealed class Cursor(DataViewRowCursor inner, CancellationToken token) : DataViewRowCursor
    {
        public override DataViewSchema Schema => inner.Schema;

        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override bool MoveNext()
        {
            token.ThrowIfCancellationRequested();
            return inner.MoveNext();
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => inner.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
