using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A cursor that passes everything on to another one; derived classes change what they need.</summary>
internal abstract class WrappingCursor(DataViewRowCursor input, DataViewSchema schema) : DataViewRowCursor
{
    protected DataViewRowCursor Input { get; } = input;

    public override DataViewSchema Schema => schema;
    public override long Position => Input.Position;
    public override long Batch => Input.Batch;
    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();
    public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);
    public override bool MoveNext() => Input.MoveNext();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Input.Dispose();
    }
}
