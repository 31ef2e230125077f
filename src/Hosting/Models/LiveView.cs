using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// A view of one cursor that follows a row for ever. It keeps what fails while a row is read instead of throwing: ML.NET's reader of typed rows ends at an exception, and to make one costs milliseconds.
/// </summary>
/// <param name="source">The cursor that moves the row.</param>
/// <param name="row">The row.</param>
internal sealed class LiveView(DataViewRowCursor source, DataViewRow row) : IDataView
{
    private ExceptionDispatchInfo? _failure;

    public bool CanShuffle => false;

    public DataViewSchema Schema => row.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, source, row);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Throws the first failure since the last call.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }
    }

    private sealed class Cursor(LiveView view, DataViewRowCursor source, DataViewRow row) : DataViewRowCursor
    {
        public override long Position => row.Position;

        public override long Batch => row.Batch;

        public override DataViewSchema Schema => row.Schema;

        public override bool MoveNext() => source.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var getter = row.GetGetter<TValue>(column);
            return (ref TValue value) =>
            {
                try
                {
                    getter(ref value);
                }
                catch (Exception exception)
                {
                    view._failure ??= ExceptionDispatchInfo.Capture(exception);
                }
            };
        }
    }
}
