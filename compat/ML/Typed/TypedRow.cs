using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The columns of a class, with the schema that they make.</summary>
internal sealed class TypedSchema<TRow>(SchemaDefinition definition) where TRow : class
{
    public TypedColumn[] Columns { get; } = TypedColumn.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Read);

    public DataViewSchema ToSchema()
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in Columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }
}

/// <summary>Getters over the row object that is current, for a cursor over objects and for a prediction engine.</summary>
internal sealed class TypedRowReader<TRow>(TypedSchema<TRow> typed, Predicate<int> active) where TRow : class
{
    // One getter for each call: a getter's buffers may not be shared between readers.
    public TRow Current { get; set; }

    public bool IsActive(int column) => column < typed.Columns.Length && active(column);

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(IsActive(column.Index), nameof(column), $"Column '{column.Name}' is not active: ask for it when the cursor is made.");
        return TypedGetters.Create(typed.Columns[column.Index], Row) as ValueGetter<TValue>
            ?? throw Contracts.Mark(new InvalidOperationException($"Column '{column.Name}' has values of {column.Type.RawType}, not of {typeof(TValue)}."));
    }

    private TRow Row() => Current ?? throw new InvalidOperationException("Values cannot be fetched at this time: the cursor is not at a row.");
}

/// <summary>The one input row of a prediction engine, set from an object at each prediction.</summary>
internal sealed class TypedInputRow<TRow> : DataViewRow where TRow : class
{
    private readonly TypedRowReader<TRow> _reader;
    private long _position = -1;

    public TypedInputRow(SchemaDefinition definition)
    {
        var typed = new TypedSchema<TRow>(definition);
        Schema = typed.ToSchema();
        _reader = new TypedRowReader<TRow>(typed, _ => true);
    }

    public override DataViewSchema Schema { get; }
    public override long Position => _position;
    public override long Batch => 0;

    public void Set(TRow row)
    {
        _reader.Current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _reader.IsActive(column.Index);
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _reader.GetGetter<TValue>(column);
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId dst) => dst = new((ulong)_position, 0);
}
