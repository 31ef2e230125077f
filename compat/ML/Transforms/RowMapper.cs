using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// One output column of a <see cref="RowMapper"/>: computed from the input columns <paramref name="Sources"/> by the getter that
/// <paramref name="MakeGetter"/> gives for a row, or, where that is null, the only source itself.
/// </summary>
internal sealed record MappedColumn(
    string Name, DataViewType Type, DataViewSchema.Annotations Annotations, int[] Sources, Func<DataViewRow, Delegate> MakeGetter)
{
    public static MappedColumn PassOn(DataViewSchema.Column source, string name = null)
        => new(name ?? source.Name, source.Type, source.Annotations, [source.Index], null);
}

/// <summary>The output columns of a transformer, bound to one input schema. Nothing is computed before a getter is called.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly MappedColumn[] _columns;

    public RowMapper(DataViewSchema inputSchema, IEnumerable<MappedColumn> columns)
    {
        InputSchema = inputSchema;
        _columns = [.. columns];
        var builder = new DataViewSchema.Builder();
        foreach (var column in _columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        OutputSchema = builder.ToSchema();
    }

    /// <summary>All input columns, then the added ones, which hide input columns of the same name.</summary>
    public static RowMapper Append(DataViewSchema inputSchema, IEnumerable<MappedColumn> added)
        => new(inputSchema, inputSchema.Select(column => MappedColumn.PassOn(column)).Concat(added));

    public DataViewSchema InputSchema { get; }
    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns.SelectMany(column => _columns[column.Index].Sources).Distinct().Order().Select(index => InputSchema[index]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new MappedRow(this, input, ActiveFlags(activeColumns));

    public bool[] ActiveFlags(IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var active = new bool[_columns.Length];
        foreach (var column in activeColumns)
            active[column.Index] = true;
        return active;
    }

    public ValueGetter<TValue> GetGetter<TValue>(DataViewRow input, bool[] active, DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active: ask for it when the cursor is made.");
        var mapped = _columns[column.Index];
        if (mapped.MakeGetter is null)
            return input.GetGetter<TValue>(input.Schema[mapped.Sources[0]]);
        return mapped.MakeGetter(input) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{mapped.Name}' has values of {mapped.Type.RawType}, not of {typeof(TValue)}.");
    }

    private sealed class MappedRow(RowMapper mapper, DataViewRow input, bool[] active) : DataViewRow
    {
        public override DataViewSchema Schema => mapper.OutputSchema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.GetGetter<TValue>(input, active, column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
        }
    }
}

/// <summary>A data view seen through a <see cref="RowMapper"/>.</summary>
internal sealed class MappedDataView(IDataView source, RowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;
    public DataViewSchema Schema => mapper.OutputSchema;
    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return new Cursor(mapper, source.GetRowCursor(mapper.GetDependencies(needed), rand), mapper.ActiveFlags(needed));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return [.. source.GetRowCursorSet(mapper.GetDependencies(needed), n, rand).Select(c => new Cursor(mapper, c, mapper.ActiveFlags(needed)))];
    }

    private sealed class Cursor(RowMapper mapper, DataViewRowCursor input, bool[] active) : WrappingCursor(input, mapper.OutputSchema)
    {
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.GetGetter<TValue>(Input, active, column);
    }
}
