using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A view that notes which columns its readers ask for.</summary>
internal sealed class SpyView(IDataView inner) : IDataView
{
    /// <summary>The columns of the last cursor, in schema order.</summary>
    public string[] Requested { get; private set; } = [];

    public int Cursors { get; private set; }

    public bool CanShuffle => inner.CanShuffle;

    public DataViewSchema Schema => inner.Schema;

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Note(columnsNeeded);
        return inner.GetRowCursor(columnsNeeded, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Note(columnsNeeded);
        return inner.GetRowCursorSet(columnsNeeded, n, rand);
    }

    private void Note(IEnumerable<DataViewSchema.Column> columns)
    {
        Requested = [.. columns.OrderBy(c => c.Index).Select(c => c.Name)];
        Cursors++;
    }
}
