using Microsoft.ML;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>A view with the scores of a model beside its input's columns, computed while rows are read and only when asked for.</summary>
/// <param name="input">The rows.</param>
/// <param name="bindings">How both views' columns relate.</param>
/// <param name="transformer">The name of the transformer that scores, for messages.</param>
internal sealed class ScoringView(IDataView input, ScoringBindings bindings, string transformer) : TransformedView(input)
{
    public override bool CanShuffle => Source.CanShuffle;

    public override DataViewSchema Schema => bindings.OutputSchema;

    protected override string OnnxProblem =>
        $"{transformer}, which scores the column '{bindings.Features.Name}', can't be converted to ONNX by this version of MLNet.GradientTrainers, and a file without it would be another model. "
        + "Nothing has been written: save the whole pipeline by mlContext.Model.SaveAtomically, or convert the steps before this one alone. Models of GradientDescent, Sgd and MiniBatchSgd can be converted.";

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = bindings.Active(columnsNeeded);
        return Wrap(Source.GetRowCursor(bindings.Inputs(active), rand), active);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = bindings.Active(columnsNeeded);
        return Array.ConvertAll(Source.GetRowCursorSet(bindings.Inputs(active), n, rand), cursor => Wrap(cursor, active));
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        bindings.NeedsScores(active) ? new BatchScoringCursor(bindings, cursor, active) : new PassThroughCursor(bindings, cursor, active);
}
