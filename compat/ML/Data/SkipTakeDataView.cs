using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>A stretch of the source's rows.</summary>
internal sealed class SkipTakeDataView(IDataView source, long skip, long take) : IDataView
{
    public bool CanShuffle => false;
    public DataViewSchema Schema => source.Schema;
    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Clamp(count - skip, 0, take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : WrappingCursor(input, input.Schema)
    {
        private long _position = -1;
        private bool _done;

        public override long Position => _done ? -1 : _position;

        public override bool MoveNext()
        {
            for (; skip > 0 && !_done; skip--)
                _done |= !Input.MoveNext();
            _done = _done || _position + 1 >= take || !Input.MoveNext();
            _position++;
            return !_done;
        }
    }
}
