namespace Microsoft.ML.Data;

/// <summary>The rows of text files: each cursor reads the files anew and parses the columns asked for alone.</summary>
internal sealed class TextDataView(IMultiStreamSource files, TextLoader.Options options, TextColumn[] columns, DataViewSchema schema) : IDataView
{
    public bool CanShuffle => false;
    public DataViewSchema Schema => schema;
    public long? GetRowCount() => null;

    public static TextLines OpenLines(IMultiStreamSource files, TextLoader.Options options, bool skipHeader)
        => new(files, skipHeader, options.AllowQuoting && options.ReadMultilines ? new TextFields(options, int.MaxValue - 1) : null);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var readers = new TextColumnReader[columns.Length];
        int lastField = 0;
        foreach (var column in columnsNeeded)
        {
            readers[column.Index] ??= TextColumnReader.Create(columns[column.Index], options);
            lastField = Math.Max(lastField, columns[column.Index].Ranges.Max(range => range.Limit) - 1);
        }
        bool hasHeader = options.HasHeader && string.IsNullOrWhiteSpace(options.HeaderFile);
        return new Cursor(schema, readers, new TextFields(options, lastField), OpenLines(files, options, hasHeader), options.MaxRows ?? long.MaxValue);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewSchema schema, TextColumnReader[] readers, TextFields fields, TextLines lines, long maxRows) : DataViewRowCursor
    {
        private readonly TextColumnReader[] _active = readers.Where(reader => reader is not null).ToArray();
        private long _position = -1;
        private bool _done;

        public override DataViewSchema Schema => schema;
        public override long Position => _done ? -1 : _position;
        public override long Batch => 0;
        public override bool IsColumnActive(DataViewSchema.Column column) => readers[column.Index] is not null;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            CheckCurrent();
            id = new DataViewRowId((ulong)_position, 0);
        };

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var reader = readers[column.Index]
                ?? throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active: ask for it when the cursor is made.");
            var getter = reader.Getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' has values of {column.Type.RawType}, not of {typeof(TValue)}.");
            return (ref TValue value) =>
            {
                CheckCurrent();
                getter(ref value);
            };
        }

        public override bool MoveNext()
        {
            if (_done || _position + 1 >= maxRows || lines.Read() is not { } line)
            {
                _done = true;
                return false;
            }
            _position++;
            fields.Split(line);
            try
            {
                foreach (var reader in _active)
                    reader.Read(fields, lines.LineNumber);
            }
            catch (InvalidOperationException e)
            {
                throw new FormatException($"Parsing failed with an exception: {e.Message}", e);
            }
            return true;
        }

        private void CheckCurrent()
        {
            if (_position < 0 || _done)
                throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter after it gave false.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                lines.Dispose();
        }
    }
}
