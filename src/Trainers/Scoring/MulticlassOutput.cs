using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The columns PredictedLabel and Score of a multiclass model: the promise of an estimator and the real schema, which must agree.</summary>
internal sealed class MulticlassOutput(ClassLabels classes) : OutputColumns
{
    private const string Task = "MulticlassClassification";
    private const string TrainingLabelValues = "TrainingLabelValues";

    public override int Count => 2;

    /// <summary>The shape of a fitted model's output, from the shape of its input.</summary>
    public static SchemaShape Promise(SchemaShape input, string labelColumnName)
    {
        var label = input.First(c => c.Name == labelColumnName);
        var score = new List<SchemaShape.Column>(ScoreAnnotations.Promise());
        var predicted = new List<SchemaShape.Column>(ScoreAnnotations.Promise());
        foreach (var annotation in label.Annotations)
        {
            if (annotation is { Name: ClassLabels.KeyValues, Kind: VectorKind.Vector })
            {
                score.Add(SchemaShapes.Column(ScoreAnnotations.SlotNames, VectorKind.Vector, TextDataViewType.Instance));
                score.Add(SchemaShapes.Column(TrainingLabelValues, VectorKind.Vector, annotation.ItemType));
                predicted.Add(SchemaShapes.Column(ClassLabels.KeyValues, VectorKind.Vector, annotation.ItemType));
            }
        }

        var columns = input.Where(c => c.Name is not (DefaultColumns.Score or DefaultColumns.PredictedLabel)).ToList();
        columns.Add(SchemaShapes.Column(DefaultColumns.PredictedLabel, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, new SchemaShape(predicted)));
        columns.Add(SchemaShapes.Column(DefaultColumns.Score, VectorKind.Vector, NumberDataViewType.Single, isKey: false, new SchemaShape(score)));
        return new SchemaShape(columns);
    }

    public override void AddTo(DataViewSchema.Builder builder, DataViewSchema input)
    {
        uint setId = ScoreAnnotations.NextSetId(input);
        var predicted = ScoreAnnotations.Of(setId, Task, DefaultColumns.PredictedLabel);
        classes.AddValues(predicted, ClassLabels.KeyValues);
        builder.AddColumn(DefaultColumns.PredictedLabel, new KeyDataViewType(typeof(uint), classes.Count), predicted.ToAnnotations());

        var score = ScoreAnnotations.Of(setId, Task, DefaultColumns.Score, classes.Names);
        classes.AddValues(score, TrainingLabelValues);
        builder.AddColumn(DefaultColumns.Score, new VectorDataViewType(NumberDataViewType.Single, classes.Count), score.ToAnnotations());
    }

    public override Delegate Getter(int column, CurrentScores scores) =>
        column == 0 ? (ValueGetter<uint>)((ref uint value) => value = ArgMaxKey(scores())) : ScoreVector.Getter(scores);

    public override string[] WriteOnnx(IOnnxGraph graph, string scores)
    {
        const int Single = (int)OnnxElementType.Single;
        string best = graph.AddNode("ArgMax", "label.ArgMax", [scores], new OnnxAttribute("axis", 1), new OnnxAttribute("keepdims", 1));
        string key = graph.AddNode("Add", "label.Add", [best, graph.AddConstant("label.first", [1])]);

        // A NaN among the scores: the key is 0, missing.
        string unknown = graph.AddNode("Cast", "label.IsNaN.Cast", [graph.AddNode("IsNaN", "label.IsNaN", [scores])], new OnnxAttribute("to", Single));
        unknown = graph.AddNode("ReduceMax", "label.ReduceMax", [unknown], new OnnxAttribute("axes", [1L]), new OnnxAttribute("keepdims", 1));
        string known = graph.AddNode("Sub", "label.Sub", [graph.AddConstant("label.one", [1f], 1), unknown]);
        string masked = graph.AddNode("Mul", "label.Mul", [key, graph.AddNode("Cast", "label.Sub.Cast", [known], new OnnxAttribute("to", (int)OnnxElementType.Int64))]);
        return [graph.AddNode("Cast", "label.Cast", [masked], new OnnxAttribute("to", (int)OnnxElementType.UInt32)), scores];
    }

    /// <summary>The key of the largest score, 1-based; 0, missing, if a score is NaN.</summary>
    private static uint ArgMaxKey(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                return 0;
            }

            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return (uint)best + 1;
    }
}
