using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The cursor of a scored view whose scores nobody asked for: the input's cursor under the output's schema.</summary>
internal sealed class PassThroughCursor(ScoringBindings bindings, DataViewRowCursor input, bool[] active) : DataViewRowCursor
{
    private bool _disposed;

    public override long Position => _disposed ? -1 : input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => bindings.OutputSchema;

    public override bool MoveNext() => !_disposed && input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        active[column.Index]
            ? input.GetGetter<TValue>(bindings.InputSchema[column.Index])
            : throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was made.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
