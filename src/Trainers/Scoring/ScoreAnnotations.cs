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

    /// <summary>The shapes of what <see cref="Add"/> adds.</summary>
    public static SchemaShape.Column[] Promise() =>
    [
        SchemaShapes.Column(ScoreColumnSetId, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        SchemaShapes.Column(ScoreColumnKind, VectorKind.Scalar, TextDataViewType.Instance),
        SchemaShapes.Column(ScoreValueKind, VectorKind.Scalar, TextDataViewType.Instance),
    ];

    /// <param name="builder">The annotations of an output column.</param>
    /// <param name="setId">What <see cref="NextSetId"/> gave.</param>
    /// <param name="task">The kind of task, for example Regression.</param>
    /// <param name="role">What the column is: Score or PredictedLabel.</param>
    public static void Add(DataViewSchema.Annotations.Builder builder, uint setId, string task, string role)
    {
        builder.Add<uint>(ScoreColumnSetId, SetIdType, (ref uint value) => value = setId);
        builder.Add<ReadOnlyMemory<char>>(ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = task.AsMemory());
        builder.Add<ReadOnlyMemory<char>>(ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = role.AsMemory());
    }

    public static void AddSlotNames(DataViewSchema.Annotations.Builder builder, string[] names)
    {
        var slots = Array.ConvertAll(names, name => name.AsMemory());
        builder.Add<VBuffer<ReadOnlyMemory<char>>>(
            SlotNames, new VectorDataViewType(TextDataViewType.Instance, slots.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots).CopyTo(ref value));
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
