using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Reads row groups one after another, each whole: the columns that were asked for. Not thread-safe, as any cursor; each has a file open for itself.</summary>
/// <param name="view">The files.</param>
/// <param name="active">For each column, whether it was asked for.</param>
/// <param name="groups">The row groups, in their order.</param>
/// <param name="random">Shuffles the rows of each; null for their own order.</param>
internal sealed class ParquetCursor(ParquetView view, bool[] active, int[] groups, Random? random) : DataViewRowCursor
{
    private readonly ColumnReader?[] _readers = [.. view.Columns.Select((column, i) => active[i] ? column.NewReader() : null)];
    private ParquetSource? _source;
    private FileState? _file;
    private int[]? _order;
    private long _position = -1;
    private int _next;
    private int _group = -1;
    private int _row = -1;
    private bool _ended;

    public override long Position => _position;

    public override long Batch => Math.Max(0, _group);

    public override DataViewSchema Schema => view.Schema;

    public override bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        if (_group < 0 || _row + 1 == view.RowsOfGroups[_group])
        {
            if (_next == groups.Length)
            {
                End();
                return false;
            }

            Open(groups[_next++]);
        }

        _row++;
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active[view.CheckedIndex(column)];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)(view.Starts[_group] + Row()), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"Column '{column.Name}' is not active: name it when the cursor is made.");
        }

        return _readers[column.Index]!.Getter(Row) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {Schema[column.Index].Type.RawType}, not {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
        }

        base.Dispose(disposing);
    }

    private void Open(int group)
    {
        var place = view.Places[group];
        if (_file != place.File)
        {
            _source?.Dispose();
            (_source, _file) = (null, null);
            (_source, _file) = (new ParquetSource(place.File), place.File);
        }

        _source!.Read(place.Group, place.FirstRow, _readers.OfType<ColumnReader>());
        (_group, _row) = (group, -1);
        if (random is not null)
        {
            _order = [.. Enumerable.Range(0, view.RowsOfGroups[group])];
            random.Shuffle(_order);
        }
    }

    private void End()
    {
        _ended = true;
        (_position, _row) = (-1, -1);
        _source?.Dispose();
        (_source, _file) = (null, null);
    }

    private int Row() =>
        _row < 0 ? throw new InvalidOperationException("The cursor is not on a row: call MoveNext first, and stop when it returns false.") : _order is null ? _row : _order[_row];
}
