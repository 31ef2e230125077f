using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>The rows that a predicate over some columns accepts.</summary>
internal sealed class RowFilterDataView(
    IDataView source, DataViewSchema.Column[] columns, Func<DataViewRow, Func<bool>> makePredicate, bool? canShuffle = null) : IDataView
{
    public bool CanShuffle { get; } = canShuffle ?? source.CanShuffle;
    public DataViewSchema Schema => source.Schema;
    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(source.GetRowCursor(columnsNeeded.Concat(columns).DistinctBy(c => c.Index), CanShuffle ? rand : null), makePredicate);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, Func<DataViewRow, Func<bool>> makePredicate) : WrappingCursor(input, input.Schema)
    {
        private readonly Func<bool> _accepts = makePredicate(input);
        private long _position = -1;

        public override long Position => _position;

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (!_accepts())
                    continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }
    }
}
