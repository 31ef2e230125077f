using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNet.GradientTrainers;

/// <summary>
/// The columns PredictedLabel, Score and Probability of a binary model: the promise of an estimator and the real schema, which must agree. Score is the calibrated logit less that of the threshold, as ML.NET's evaluators count scores above 0
/// as true, whatever PredictedLabel says.
/// </summary>
/// <param name="calibration">What makes the logit of a network's output.</param>
/// <param name="threshold">The logit above which true is predicted.</param>
internal sealed class BinaryOutput(PlattScaling calibration, float threshold) : OutputColumns
{
    private const string Task = "BinaryClassification";
    private const string IsNormalized = "IsNormalized";

    public override int Count => 3;

    /// <summary>The shape of a fitted model's output, from the shape of its input.</summary>
    public static SchemaShape Promise(SchemaShape input)
    {
        var common = ScoreAnnotations.Promise();
        var columns = input.Where(c => c.Name is not (DefaultColumns.PredictedLabel or DefaultColumns.Score or DefaultColumns.Probability)).ToList();
        columns.Add(SchemaShapes.Column(DefaultColumns.PredictedLabel, VectorKind.Scalar, BooleanDataViewType.Instance, isKey: false, new SchemaShape(common)));
        columns.Add(SchemaShapes.Column(DefaultColumns.Score, VectorKind.Scalar, NumberDataViewType.Single, isKey: false, new SchemaShape(common)));
        columns.Add(SchemaShapes.Column(
            DefaultColumns.Probability, VectorKind.Scalar, NumberDataViewType.Single, isKey: false, new SchemaShape([.. common, SchemaShapes.Column(IsNormalized, VectorKind.Scalar, BooleanDataViewType.Instance)])));
        return new SchemaShape(columns);
    }

    public override void AddTo(DataViewSchema.Builder builder, DataViewSchema input)
    {
        uint setId = ScoreAnnotations.NextSetId(input);
        builder.AddColumn(DefaultColumns.PredictedLabel, BooleanDataViewType.Instance, Annotations(DefaultColumns.PredictedLabel).ToAnnotations());
        builder.AddColumn(DefaultColumns.Score, NumberDataViewType.Single, Annotations(DefaultColumns.Score).ToAnnotations());
        var probability = Annotations(DefaultColumns.Probability);
        probability.Add<bool>(IsNormalized, BooleanDataViewType.Instance, (ref bool value) => value = true);
        builder.AddColumn(DefaultColumns.Probability, NumberDataViewType.Single, probability.ToAnnotations());

        DataViewSchema.Annotations.Builder Annotations(string role) => ScoreAnnotations.Of(setId, Task, role);
    }

    public override Delegate Getter(int column, CurrentScores scores) => column switch
    {
        0 => (ValueGetter<bool>)((ref bool value) => value = Score(scores) > 0),
        1 => (ValueGetter<float>)((ref float value) => value = Score(scores)),
        _ => (ValueGetter<float>)((ref float value) => value = PlattScaling.Probability(Score(scores) + threshold)),
    };

    public override string[] WriteOnnx(IOnnxGraph graph, string scores)
    {
        // In double, as here, where there is more than one rounding.
        string logit = Node("Add", Node("Mul", Cast(scores, OnnxElementType.Double), Constant("slope", calibration.Slope)), Constant("offset", calibration.Offset));
        string shift = graph.AddConstant("label.threshold", [threshold], 1);
        string score = Node("Sub", Cast(logit, OnnxElementType.Single), shift);
        string label = Node("Greater", score, graph.AddConstant("label.zero", [0f], 1));
        string power = Node("Exp", Node("Neg", Cast(Node("Add", score, shift), OnnxElementType.Double)));
        string one = Constant("one", 1);
        return [label, score, Cast(Node("Div", one, Node("Add", one, power)), OnnxElementType.Single)];

        string Constant(string name, double value) => graph.AddConstant($"label.{name}", [value], 1);

        string Cast(string x, OnnxElementType type) => graph.AddNode("Cast", "label.Cast", [x], new OnnxAttribute("to", (int)type));

        string Node(string operation, params string[] inputs) => graph.AddNode(operation, $"label.{operation}", inputs);
    }

    private float Score(CurrentScores scores) => calibration.Logit(scores()[0]) - threshold;
}
