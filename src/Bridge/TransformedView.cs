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

    /// <summary>The name of the step, for messages.</summary>
    protected abstract string StepName { get; }

    /// <summary>Adds the step to a pipeline that is converted to ONNX.</summary>
    /// <param name="pipeline">The pipeline, with all steps before this one.</param>
    /// <exception cref="NotSupportedException">It can't be converted; the message says why, and what to do.</exception>
    protected abstract void WriteOnnx(OnnxPipeline pipeline);

    /// <inheritdoc/>
    public abstract long? GetRowCount();

    /// <inheritdoc/>
    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    /// <inheritdoc/>
    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    // Never false: the step would be left out, and all that comes of it is a warning in the log.
    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx)
    {
        RefuseLostColumns(ctx);
        return true;
    }

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => WriteOnnx(new OnnxPipeline(ctx, StepName));

    /// <summary>
    /// Refuses a pipeline in which a step before this one can't be converted and puts a new column in the place of another: the converter leaves such a step out, and this one would get
    /// the column of before. Where the name is new, it misses the column and says so; rows that are chosen or shuffled don't matter.
    /// </summary>
    private void RefuseLostColumns(OnnxContext context)
    {
        for (var transform = Source as IDataTransform; transform is not null; transform = transform.Source as IDataTransform)
        {
            if (transform is ITransformCanSaveOnnx convertible && convertible.CanSaveOnnx(context))
            {
                continue;
            }

            var before = transform.Source.Schema;
            var replaced = transform.Schema.Where(column => !column.IsHidden && before.GetColumnOrNull(column.Name) is not null && HiddenOf(transform.Schema, column.Name) > HiddenOf(before, column.Name));
            if (replaced.Select(column => column.Name).FirstOrDefault() is { } name)
            {
                throw new NotSupportedException(
                    $"The pipeline can't be converted to ONNX: {transform.GetType().Name}, a step before {StepName}, has no ONNX form, and makes the column '{name}' in the place of another one of that name. ML.NET's converter would leave it out, and the file would be another model. Nothing has been written: take the step out of the pipeline that you convert, and do its work before the ONNX model.");
            }
        }
    }

    /// <summary>How many columns of that name a later one hides.</summary>
    private static int HiddenOf(DataViewSchema schema, string name) => schema.Count(column => column.IsHidden && column.Name == name);

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view is not saved. Save the transformer that made it.");
}
