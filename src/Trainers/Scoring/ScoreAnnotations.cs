using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The annotations by which ML.NET's evaluators find score columns: promised shapes and real values.</summary>
internal static class ScoreAnnotations
{
    public const string SlotNames = "SlotNames";
    private const string ScoreColumnKind = "ScoreColumnKind";
    private const string ScoreColumnSetId = "ScoreColumnSetId";
    private const string ScoreValueKind = "ScoreValueKind";

    private static readonly KeyDataViewType SetIdType = new(typeof(uint), int.MaxValue);

    /// <summary>The shapes of what <see cref="Of"/> gives without slot names.</summary>
    public static SchemaShape.Column[] Promise() =>
    [
        SchemaShapes.Column(ScoreColumnSetId, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        SchemaShapes.Column(ScoreColumnKind, VectorKind.Scalar, TextDataViewType.Instance),
        SchemaShapes.Column(ScoreValueKind, VectorKind.Scalar, TextDataViewType.Instance),
    ];

    /// <summary>The shapes of what <see cref="Of"/> gives for a column with an element for each of the label's: where the label has slot names, it has them, too.</summary>
    public static SchemaShape.Column[] Promise(SchemaShape.Column label) =>
        label.Kind == VectorKind.Vector && label.Annotations.Any(a => a is { Name: SlotNames, Kind: VectorKind.Vector, ItemType: TextDataViewType })
            ? [.. Promise(), SchemaShapes.Column(SlotNames, VectorKind.Vector, TextDataViewType.Instance)]
            : Promise();

    /// <summary>The annotations of an output column.</summary>
    /// <param name="setId">What <see cref="NextSetId"/> gave.</param>
    /// <param name="task">The kind of task, for example Regression.</param>
    /// <param name="role">What the column is: Score, PredictedLabel or Probability.</param>
    /// <param name="slotNames">The names of its elements; null for none.</param>
    public static DataViewSchema.Annotations.Builder Of(uint setId, string task, string role, string[]? slotNames = null)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add<uint>(ScoreColumnSetId, SetIdType, (ref uint value) => value = setId);
        builder.Add<ReadOnlyMemory<char>>(ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = task.AsMemory());
        builder.Add<ReadOnlyMemory<char>>(ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = role.AsMemory());
        if (slotNames is not null)
        {
            var slots = Array.ConvertAll(slotNames, name => name.AsMemory());
            builder.Add<VBuffer<ReadOnlyMemory<char>>>(
                SlotNames, new VectorDataViewType(TextDataViewType.Instance, slots.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots).CopyTo(ref value));
        }

        return builder;
    }

    /// <summary>Evaluators tell the score columns of several models apart by this number.</summary>
    public static uint NextSetId(DataViewSchema input)
    {
        uint largest = 0;
        foreach (var column in input)
        {
            if (column.Annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type is KeyDataViewType { RawType: var raw } && raw == typeof(uint))
            {
                uint id = 0;
                column.Annotations.GetValue(ScoreColumnSetId, ref id);
                largest = Math.Max(largest, id);
            }
        }

        return largest + 1;
    }
}
