using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The column Score of a regression model, a Single or a vector of Single: the promise of an estimator and the real schema, which must agree.</summary>
internal sealed class RegressionOutput(RegressionTargets targets) : OutputColumns
{
    private const string Task = "Regression";
    private const string VectorTask = "MultiOutputRegression";

    public override int Count => 1;

    /// <summary>The shape of a fitted model's output, from the shape of its input.</summary>
    public static SchemaShape Promise(SchemaShape input, string labelColumnName)
    {
        var label = input.First(c => c.Name == labelColumnName);
        var columns = input.Where(c => c.Name != DefaultColumns.Score).ToList();
        columns.Add(SchemaShapes.Column(DefaultColumns.Score, label.Kind, NumberDataViewType.Single, isKey: false, new SchemaShape(ScoreAnnotations.Promise(label))));
        return new SchemaShape(columns);
    }

    public override void AddTo(DataViewSchema.Builder builder, DataViewSchema input)
    {
        var annotations = ScoreAnnotations.Of(ScoreAnnotations.NextSetId(input), targets.IsVector ? VectorTask : Task, DefaultColumns.Score, targets.Names);
        DataViewType type = targets.IsVector ? new VectorDataViewType(NumberDataViewType.Single, targets.Count) : NumberDataViewType.Single;
        builder.AddColumn(DefaultColumns.Score, type, annotations.ToAnnotations());
    }

    public override Delegate Getter(int column, CurrentScores scores) =>
        targets.IsVector ? ScoreVector.Getter(scores) : (ValueGetter<float>)((ref float value) => value = scores()[0]);

    public override string[] WriteOnnx(IOnnxGraph graph, string scores) => [scores];
}
