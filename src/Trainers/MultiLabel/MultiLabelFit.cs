using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A fit of a network whose label is a vector of yes or no, with a logit for each.</summary>
internal sealed class MultiLabelFit : NetworkFit<MultiLabelNetworkTransformer, MultiLabelNetworkModelParameters>
{
    private readonly RegressionTargets _labels;
    private readonly OutputLink _link;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="schema">The training rows' columns, checked.</param>
    public MultiLabelFit(FitContext context, NetworkTrainerOptions options, DataViewSchema schema)
        : base(context, options, schema, RegressionTargets.From(schema[context.Roles.Label]).Count)
    {
        _labels = RegressionTargets.From(schema[Roles.Label]);
        _link = options.Loss.Link;
    }

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column) => new AnswersRows(row, column);

    protected override string? ProblemWith(DataViewSchema.Column validationLabel) => RegressionTargets.From(validationLabel) is var other && other.Count == _labels.Count
        ? null
        : $"the validation label '{Roles.Label}' has {other.Count} values a row, the training label {_labels.Count}. Transform both with the same fitted pipeline.";

    protected override string? ProblemWith(MultiLabelNetworkModelParameters start) => start.NumberOfLabels == _labels.Count
        ? null
        : $"it tells {start.NumberOfLabels} labels, but '{Roles.Label}' has {_labels.Count} values a row. Give the label that the model was trained with.";

    protected override TrainingData Prepare(TrainingData rows) => Augmented(Weighted(rows, ofClasses: null));

    protected override MultiLabelNetworkTransformer Train(TrainingData rows, TrainingData? validation, MultiLabelNetworkModelParameters? start)
    {
        var (weights, history) = Learn(Prepare(rows), validation is null ? null : Weighted(validation, ofClasses: null), start?.OwnWeights, new BinaryAccuracy());
        return new MultiLabelNetworkTransformer(new MultiLabelNetworkModelParameters(weights.Definition, weights, _link, _labels, history, InputLayout), Roles.Features, Features);
    }
}
