using Microsoft.ML;

namespace MLNet.GradientTrainers;

/// <summary>A view with the scores of a model beside its input's columns, computed while rows are read and only when asked for.</summary>
internal sealed class ScoringView(IDataView input, ScoringBindings bindings) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => bindings.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = bindings.Active(columnsNeeded);
        return Wrap(input.GetRowCursor(bindings.Inputs(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = bindings.Active(columnsNeeded);
        return Array.ConvertAll(input.GetRowCursorSet(bindings.Inputs(active), n, rand), cursor => Wrap(cursor, active));
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        bindings.NeedsScores(active) ? new BatchScoringCursor(bindings, cursor, active) : new PassThroughCursor(bindings, cursor, active);
}
