using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Training of networks whose label is a number or a vector of numbers.</summary>
/// <param name="host">The trainer's host.</param>
/// <param name="options">Validated options.</param>
/// <param name="define">Makes the network for an input shape and a number of outputs; its last layer is dense and has no activation.</param>
/// <param name="normalizeLabel">Whether training sees standardised labels.</param>
internal sealed class RegressionTraining(IHost host, NetworkTrainerOptions options, Func<TensorShape, int, NetworkDefinition> define, bool normalizeLabel)
    : NetworkTraining<RegressionTargets, RegressionNetworkModelParameters, RegressionNetworkTransformer>(host, options, define)
{
    protected override void Check(SchemaShape schema) => Roles.CheckRegression(schema, severalOutputs: true);

    protected override SchemaShape Promise(SchemaShape schema) => RegressionOutput.Promise(schema, Roles.Label);

    protected override RegressionTargets Describe(DataViewSchema.Column label) => RegressionTargets.From(label);

    protected override int Outputs(RegressionTargets target) => target.Count;

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column, RegressionTargets target) => new NumberLabelRows(row, column);

    protected override (string Validation, string Start)? Difference(RegressionTargets training, RegressionTargets other) =>
        other.Count == training.Count && other.IsVector == training.IsVector
            ? null
            : ($"the validation label '{Roles.Label}' is {other}, the training label {training}. Transform both with the same fitted pipeline.",
               $"the model predicts {other}, but the label '{Roles.Label}' is {training}. Give the label that the model was trained with.");

    protected override RegressionTargets TargetOf(RegressionNetworkModelParameters model) => model.Targets;

    protected override RegressionNetworkTransformer Train(
        NetworkRun run, VectorDataViewType features, RegressionTargets target, TrainingData rows, TrainingData? validation, RegressionNetworkModelParameters? start)
    {
        // A model goes on in the units that it was trained in: a later batch of rows may have a poor idea of the labels' spread.
        var scale = start is { Scale.IsNone: false } && Standardizes ? start.Scale : ScaleOf(rows);
        var metric = Metric.ForNumbers(Options.Loss.Link);
        var (weights, history) = run.Train(
            scale.Standardize(rows), validation is null ? null : scale.Standardize(validation), start is null ? null : scale.Unfold(start.Weights), scale.IsNone ? metric : scale.Metric);
        scale.Fold(weights);
        var model = new RegressionNetworkModelParameters(run.Definition, weights, Options.Loss.Link, target, scale, history with { Metric = metric });
        return new RegressionNetworkTransformer(model, Roles.Features, features);
    }

    protected override TrainingData ForFinder(NetworkRun run, VectorDataViewType features, RegressionTargets target, TrainingData rows) => ScaleOf(rows).Standardize(rows);

    private bool Standardizes => normalizeLabel && !Options.Loss.HasAbsoluteTargets;

    private LabelScale ScaleOf(TrainingData rows) => Standardizes ? LabelScale.Of(rows) : LabelScale.None;
}
