using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>A view with columns that a transformer has added to another view.</summary>
/// <remarks>
/// ML.NET's <c>ConvertToOnnx</c> walks from view to view and takes one that it does not know for data: the graph then begins behind it, and nothing tells that a step is missing. This
/// is a view that it knows and asks.
/// </remarks>
/// <param name="source">The view that the columns were added to.</param>
public abstract class TransformedView(IDataView source) : ITransformCanSaveOnnx
{
    /// <summary>The view that the columns were added to.</summary>
    public IDataView Source { get; } = source;

    /// <inheritdoc/>
    public abstract bool CanShuffle { get; }

    /// <inheritdoc/>
    public abstract DataViewSchema Schema { get; }

    /// <summary>Why the step cannot be converted to ONNX, and what to do.</summary>
    protected abstract string OnnxProblem { get; }

    /// <inheritdoc/>
    public abstract long? GetRowCount();

    /// <inheritdoc/>
    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    /// <inheritdoc/>
    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    // False would do what shall not be: the step is left out, and all that comes of it is a warning in the log.
    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => throw new NotSupportedException(OnnxProblem);

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => throw new NotSupportedException(OnnxProblem);

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view is not saved. Save the transformer that made it.");
}
