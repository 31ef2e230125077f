using Microsoft.ML;

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
}
