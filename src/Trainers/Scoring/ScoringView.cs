using Microsoft.ML;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>A view with the scores of a model beside its input's columns, computed while rows are read and only when asked for.</summary>
/// <param name="input">The rows.</param>
/// <param name="bindings">How both views' columns relate.</param>
/// <param name="transformer">The name of the transformer that scores, for messages.</param>
/// <param name="threads">Threads of a cursor, at least 1.</param>
internal sealed class ScoringView(IDataView input, ScoringBindings bindings, string transformer, int threads) : TransformedView(input)
{
    public override bool CanShuffle => Source.CanShuffle;

    public override DataViewSchema Schema => bindings.OutputSchema;

    protected override string StepName => transformer;

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

    protected override void WriteOnnx(OnnxPipeline pipeline)
    {
        string column = bindings.Features.Name;
        string features = pipeline.Tensor(column) ?? throw new NotSupportedException(
            $"The pipeline can't be converted to ONNX: {transformer} scores the column '{column}', and the step that makes it has no ONNX form. Nothing has been written: take that step out of the pipeline that you convert, and do its work before the ONNX model.");
        foreach (var (output, tensor) in bindings.WriteOnnx(new OnnxPipelineGraph(pipeline), features))
        {
            pipeline.AddColumn(output.Type, output.Name, tensor);
        }
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        bindings.NeedsScores(active) ? new BatchScoringCursor(bindings, cursor, active, threads) : new PassThroughCursor(bindings, cursor, active);
}
