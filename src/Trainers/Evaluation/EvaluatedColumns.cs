using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The columns of scored rows that are evaluated element by element.</summary>
internal static class EvaluatedColumns
{
    /// <summary>Finds a column.</summary>
    /// <param name="schema">The columns there are.</param>
    /// <param name="name">Its name.</param>
    /// <param name="parameter">The caller's parameter that gives the name.</param>
    /// <param name="fits">Whether its type is right.</param>
    /// <param name="expected">The right types, in words.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string parameter, Func<DataViewType, bool> fits, string expected)
    {
        var column = schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(parameter, $"There is no column '{name}' among {string.Join(", ", schema.Select(column => $"'{column.Name}'"))}.");
        return fits(column.Type) ? column : throw new ArgumentOutOfRangeException(parameter, $"The column '{name}' is {column.Type}, but it must be {expected}.");
    }

    /// <summary>Checks that both columns have as many elements a row, and gives their number.</summary>
    /// <param name="label">The label.</param>
    /// <param name="score">The score.</param>
    /// <param name="parameter">The caller's parameter that names the score.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are of different sizes.</exception>
    public static int CheckSizes(DataViewSchema.Column label, DataViewSchema.Column score, string parameter) => Size(score) == Size(label)
        ? Size(label)
        : throw new ArgumentOutOfRangeException(
            parameter, string.Create(CultureInfo.InvariantCulture, $"The score '{score.Name}' has {Size(score)} values a row, but the label '{label.Name}' has {Size(label)}. Name the label that the model was trained on."));

    /// <summary>The elements' names: of the score, else of the label, else their numbers.</summary>
    public static string[] Names(DataViewSchema.Column label, DataViewSchema.Column score) =>
        SlotNames.Of(score) ?? SlotNames.Of(label) ?? [.. Enumerable.Range(0, Size(label)).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static int Size(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;
}
