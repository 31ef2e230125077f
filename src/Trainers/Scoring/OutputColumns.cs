using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The scores of a row, when its columns are read.</summary>
internal delegate ReadOnlySpan<float> CurrentScores();

/// <summary>The columns that a model makes of a row's scores.</summary>
internal abstract class OutputColumns
{
    /// <summary>Number of columns.</summary>
    public abstract int Count { get; }

    /// <summary>Adds the columns to a schema that begins with the input's columns.</summary>
    public abstract void AddTo(DataViewSchema.Builder builder, DataViewSchema input);

    /// <summary>The getter of a column, in [0, <see cref="Count"/>): a ValueGetter of the column's type.</summary>
    public abstract Delegate Getter(int column, CurrentScores scores);

    /// <summary>Adds the columns to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scores">The scores, [rows, scores of a row].</param>
    /// <returns>The tensor of each column, in the columns' order.</returns>
    /// <exception cref="NotSupportedException">The columns have no ONNX form.</exception>
    public virtual string[] WriteOnnx(IOnnxGraph graph, string scores) =>
        throw new NotSupportedException($"What makes columns of the scores ({GetType().Name}) has no ONNX form: the model can't be converted to ONNX. Nothing has been written: save the whole pipeline by mlContext.Model.SaveAtomically.");
}
