using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        Contracts.CheckValue(data, nameof(data));
        return new EnumerableDataView<TRow>(data, schemaDefinition);
    }

    /// <summary>The same with the column types and annotations of <paramref name="schema"/>, each of whose columns needs a member.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(schema, nameof(schema));
        return new EnumerableDataView<TRow>(data, TypedColumn.DefinitionFor(typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false,
        SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        Contracts.CheckValue(data, nameof(data));
        return Rows<TRow>(data, reuseRowObject, new TypedRowWriter<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition));
    }

    private static IEnumerable<TRow> Rows<TRow>(IDataView data, bool reuse, TypedRowWriter<TRow> writer) where TRow : class, new()
    {
        using var cursor = data.GetRowCursor(writer.Columns);
        var fill = writer.Attach(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            if (!reuse || row is null)
                row = new TRow();
            fill(row);
            yield return row;
        }
    }
}
