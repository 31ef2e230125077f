using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The columns Score and PredictedLabel of a multiclass model: the promise of an estimator and the real schema, which must agree.</summary>
internal static class MulticlassOutput
{
    private const string SlotNames = "SlotNames";
    private const string TrainingLabelValues = "TrainingLabelValues";
    private const string ScoreColumnKind = "ScoreColumnKind";
    private const string ScoreColumnSetId = "ScoreColumnSetId";
    private const string ScoreValueKind = "ScoreValueKind";
    private const string MulticlassKind = "MulticlassClassification";

    private static readonly KeyDataViewType SetIdType = new(typeof(uint), int.MaxValue);

    /// <summary>The shape of a fitted model's output, from the shape of its input.</summary>
    public static SchemaShape Promise(SchemaShape input, string labelColumnName)
    {
        var label = input.First(c => c.Name == labelColumnName);
        SchemaShape.Column[] scoreKinds =
        [
            SchemaShapes.Column(ScoreColumnSetId, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
            SchemaShapes.Column(ScoreColumnKind, VectorKind.Scalar, TextDataViewType.Instance),
            SchemaShapes.Column(ScoreValueKind, VectorKind.Scalar, TextDataViewType.Instance),
        ];
        var score = new List<SchemaShape.Column>(scoreKinds);
        var predicted = new List<SchemaShape.Column>(scoreKinds);
        foreach (var annotation in label.Annotations)
        {
            if (annotation is { Name: ClassLabels.KeyValues, Kind: VectorKind.Vector })
            {
                score.Add(SchemaShapes.Column(SlotNames, VectorKind.Vector, TextDataViewType.Instance));
                score.Add(SchemaShapes.Column(TrainingLabelValues, VectorKind.Vector, annotation.ItemType));
                predicted.Add(SchemaShapes.Column(ClassLabels.KeyValues, VectorKind.Vector, annotation.ItemType));
            }
        }

        var columns = input.Where(c => c.Name is not (DefaultColumns.Score or DefaultColumns.PredictedLabel)).ToList();
        columns.Add(SchemaShapes.Column(DefaultColumns.PredictedLabel, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, new SchemaShape(predicted)));
        columns.Add(SchemaShapes.Column(DefaultColumns.Score, VectorKind.Vector, NumberDataViewType.Single, isKey: false, new SchemaShape(score)));
        return new SchemaShape(columns);
    }

    /// <summary>Adds the two columns to an input schema.</summary>
    public static DataViewSchema AddTo(DataViewSchema input, ClassLabels classes)
    {
        uint setId = NextSetId(input);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumn(DefaultColumns.PredictedLabel, new KeyDataViewType(typeof(uint), classes.Count), PredictedLabelAnnotations(classes, setId));
        builder.AddColumn(DefaultColumns.Score, new VectorDataViewType(NumberDataViewType.Single, classes.Count), ScoreAnnotations(classes, setId));
        return builder.ToSchema();
    }

    private static DataViewSchema.Annotations ScoreAnnotations(ClassLabels classes, uint setId)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        AddKinds(builder, setId, DefaultColumns.Score);
        if (classes.Names is { } names)
        {
            var slots = Array.ConvertAll(names, name => name.AsMemory());
            builder.Add<VBuffer<ReadOnlyMemory<char>>>(
                SlotNames, new VectorDataViewType(TextDataViewType.Instance, slots.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots).CopyTo(ref value));
            classes.AddValues(builder, TrainingLabelValues);
        }

        return builder.ToAnnotations();
    }

    private static DataViewSchema.Annotations PredictedLabelAnnotations(ClassLabels classes, uint setId)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        AddKinds(builder, setId, DefaultColumns.PredictedLabel);
        classes.AddValues(builder, ClassLabels.KeyValues);
        return builder.ToAnnotations();
    }

    private static void AddKinds(DataViewSchema.Annotations.Builder builder, uint setId, string valueKind)
    {
        builder.Add<uint>(ScoreColumnSetId, SetIdType, (ref uint value) => value = setId);
        builder.Add<ReadOnlyMemory<char>>(ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = MulticlassKind.AsMemory());
        builder.Add<ReadOnlyMemory<char>>(ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
    }

    /// <summary>Evaluators tell the score columns of several models apart by this number.</summary>
    private static uint NextSetId(DataViewSchema input)
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
