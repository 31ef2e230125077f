using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What a class of input rows lacks for a model, as sentences that say what to write.</summary>
internal static partial class InputAdvice
{
    /// <summary>Advice for a failure that comes of the class of input rows; empty where it does not, else beginning with a space.</summary>
    /// <param name="input">The class.</param>
    /// <param name="failure">What ML.NET said.</param>
    /// <param name="schema">The columns that the model was trained on; null for unknown.</param>
    public static string For(Type input, Exception failure, DataViewSchema? schema)
    {
        var members = SchemaDefinition.Create(input, SchemaDefinition.Direction.Read);
        if (MissingColumn().Match(failure.Message) is { Success: true } found && found.Groups[1].Value is var name && members.All(member => member.ColumnName != name))
        {
            string type = schema?.GetColumnOrNull(name) is { } column ? $" ({column.Type})" : "";
            return $" Give {input.Name} a member {name}{type}, as steps of the pipeline ask for the column; where it is the label of the training, its value doesn't matter.";
        }

        string[] open = [.. members.Where(member => member.ColumnType is VectorDataViewType { IsKnownSize: false }).Select(member => $"[VectorType({Size(schema, member.ColumnName)})] to {input.Name}.{member.MemberName}")];
        return open.Length == 0 ? "" : $" Vectors of the class have no size: add {string.Join(", ", open)}.";
    }

    private static string Size(DataViewSchema? schema, string column) =>
        schema?.GetColumnOrNull(column)?.Type is VectorDataViewType { IsKnownSize: true } known ? string.Join(", ", known.Dimensions.Select(size => size.ToString(CultureInfo.InvariantCulture))) : "size";

    [GeneratedRegex("Could not find [a-z ]*column '([^']+)'")]
    private static partial Regex MissingColumn();
}
