using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>The rows of several processes, one process's after another's, in files of this machine that are gone with the view.</summary>
public sealed class GatheredRows : IDataView, IDisposable
{
    private readonly IDataView[] _parts;
    private readonly string _folder;

    internal GatheredRows(IDataView[] parts, string folder) => (_parts, _folder) = (parts, folder);

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <inheritdoc/>
    public DataViewSchema Schema => _parts[0].Schema;

    /// <summary>How many rows each process has given, in the order of ranks.</summary>
    public IReadOnlyList<long> RowsOfRanks => [.. _parts.Select(part => part.GetRowCount() ?? 0)];

    /// <inheritdoc/>
    public long? GetRowCount() => RowsOfRanks.Sum();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(_parts, columnsNeeded);

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Removes the files.</summary>
    public void Dispose()
    {
        foreach (IDataView part in _parts)
        {
            (part as IDisposable)?.Dispose();
        }

        GatherRowsExtensions.Delete(_folder);
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IDataView[] _parts;
        private readonly bool[] _isActive;
        private readonly List<Action> _columns = [];
        private DataViewRowCursor? _current;
        private int _next;
        private long _position = -1;

        public Cursor(IDataView[] parts, IEnumerable<DataViewSchema.Column> columns)
        {
            _parts = parts;
            _isActive = new bool[parts[0].Schema.Count];
            foreach (DataViewSchema.Column column in columns)
            {
                _isActive[column.Index] = true;
            }

            // Getters may be asked for before the first row.
            Advance();
        }

        public override DataViewSchema Schema => _parts[0].Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _isActive[column.Index];

        public override bool MoveNext()
        {
            while (_current is not null)
            {
                if (_current.MoveNext())
                {
                    _position++;
                    return true;
                }

                if (!Advance())
                {
                    _position = -1;
                    return false;
                }
            }

            return false;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue>? getter = null;
            Renew();
            _columns.Add(Renew);
            return (ref TValue value) => getter!(ref value);

            void Renew() => getter = _current!.GetGetter<TValue>(_current.Schema[column.Index]);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _current?.Dispose();
            }

            base.Dispose(disposing);
        }

        /// <summary>Goes to the next part, with the getters that were given out; false where there is none.</summary>
        private bool Advance()
        {
            if (_next == _parts.Length)
            {
                return false;
            }

            IDataView part = _parts[_next++];
            _current?.Dispose();
            _current = part.GetRowCursor(part.Schema.Where(column => _isActive[column.Index]));
            _columns.ForEach(renew => renew());
            return true;
        }
    }
}
