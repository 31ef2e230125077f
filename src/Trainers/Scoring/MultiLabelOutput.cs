using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>The columns PredictedLabel and Score of a model of several labels: the promise of an estimator and the real schema, which must agree.</summary>
internal sealed class MultiLabelOutput(RegressionTargets labels) : OutputColumns
{
    private const string Task = "MultiLabelClassification";
    private const float Threshold = 0.5f;

    public override int Count => 2;

    /// <summary>The shape of a fitted model's output, from the shape of its input.</summary>
    public static SchemaShape Promise(SchemaShape input, string labelColumnName)
    {
        var annotations = ScoreAnnotations.Promise(input.First(c => c.Name == labelColumnName));
        var columns = input.Where(c => c.Name is not (DefaultColumns.Score or DefaultColumns.PredictedLabel)).ToList();
        columns.Add(SchemaShapes.Column(DefaultColumns.PredictedLabel, VectorKind.Vector, BooleanDataViewType.Instance, isKey: false, new SchemaShape(annotations)));
        columns.Add(SchemaShapes.Column(DefaultColumns.Score, VectorKind.Vector, NumberDataViewType.Single, isKey: false, new SchemaShape(annotations)));
        return new SchemaShape(columns);
    }

    public override void AddTo(DataViewSchema.Builder builder, DataViewSchema input)
    {
        uint setId = ScoreAnnotations.NextSetId(input);
        builder.AddColumn(DefaultColumns.PredictedLabel, new VectorDataViewType(BooleanDataViewType.Instance, labels.Count), Annotations(DefaultColumns.PredictedLabel));
        builder.AddColumn(DefaultColumns.Score, new VectorDataViewType(NumberDataViewType.Single, labels.Count), Annotations(DefaultColumns.Score));

        DataViewSchema.Annotations Annotations(string role) => ScoreAnnotations.Of(setId, Task, role, labels.Names).ToAnnotations();
    }

    public override Delegate Getter(int column, CurrentScores scores) => column == 1 ? ScoreVector.Getter(scores) : (ValueGetter<VBuffer<bool>>)((ref VBuffer<bool> value) =>
    {
        var current = scores();
        var editor = VBufferEditor.Create(ref value, current.Length);
        for (int i = 0; i < current.Length; i++)
        {
            editor.Values[i] = current[i] > Threshold;
        }

        value = editor.Commit();
    });

    public override string[] WriteOnnx(IOnnxGraph graph, string scores) => [graph.AddNode("Greater", "label.Greater", [scores, graph.AddConstant("label.half", [Threshold], 1)]), scores];
}
