using System.Collections.Immutable;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>The first rows of a data view in memory, by rows and by columns, to look at in a debugger.</summary>
public sealed class DataDebuggerPreview
{
    internal const int DefaultRows = 100;

    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(maxRows >= 0, nameof(maxRows));
        Schema = data.Schema;
        var rows = ImmutableArray.CreateBuilder<RowInfo>();
        using var cursor = data.GetRowCursor(Schema);
        var read = Schema.Select(c => Generics.Call<Func<object>>(Reader<int>, [c.Type.RawType], cursor, c)).ToArray();
        while (rows.Count < maxRows && cursor.MoveNext())
            rows.Add(new RowInfo(Schema.Select(c => KeyValuePair.Create(c.Name, read[c.Index]())).ToArray()));
        RowView = rows.ToImmutable();
        ColumnView = [.. Schema.Select(c => new ColumnInfo(c, RowView.Select(row => row.Values[c.Index].Value).ToArray()))];
    }

    public DataViewSchema Schema { get; }
    public ImmutableArray<ColumnInfo> ColumnView { get; }
    public ImmutableArray<RowInfo> RowView { get; }

    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            get(ref value);
            return value;
        };
    }

    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;
        public KeyValuePair<string, object>[] Values { get; }
        public override string ToString() => $"{Values.Length} columns";
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        public DataViewSchema.Column Column { get; }
        public object[] Values { get; }
        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }
}
