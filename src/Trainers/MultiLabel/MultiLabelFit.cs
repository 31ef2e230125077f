using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A fit of a network whose label is a vector of yes or no, with a logit for each: rows that were held out calibrate it.</summary>
internal sealed class MultiLabelFit : NetworkFit<MultiLabelNetworkTransformer, MultiLabelNetworkModelParameters>
{
    private readonly IChannel _channel;
    private readonly IMultiLabelTrainerOptions _answers;
    private readonly RegressionTargets _labels;
    private readonly Loss _loss;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="answers">The same.</param>
    /// <param name="schema">The training rows' columns, checked.</param>
    public MultiLabelFit(FitContext context, NetworkTrainerOptions options, IMultiLabelTrainerOptions answers, DataViewSchema schema)
        : base(context, answers.LabelWeights is null ? options : options with { Loss = new WeightedAnswers() }, schema, RegressionTargets.From(schema[context.Roles.Label]).Count)
    {
        _channel = context.Channel;
        _answers = answers;
        _labels = RegressionTargets.From(schema[Roles.Label]);
        _loss = options.Loss;
        answers.LabelWeights?.Check(_labels.Count, Roles.Trainer, Roles.Label);
    }

    protected override bool HoldsRowsOut => _answers.Calibrate;

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column) => new AnswersRows(row, column, new LabelRange(_loss, isYesOrNo: _answers.LabelWeights is not null, hasOtherLoss: false));

    protected override string? ProblemWith(DataViewSchema.Column validationLabel) => RegressionTargets.From(validationLabel) is var other && other.Count == _labels.Count
        ? null
        : $"the validation label '{Roles.Label}' has {other.Count} values a row, the training label {_labels.Count}. Transform both with the same fitted pipeline.";

    protected override string? ProblemWith(MultiLabelNetworkModelParameters start) => start.NumberOfLabels == _labels.Count
        ? null
        : $"it tells {start.NumberOfLabels} labels, but '{Roles.Label}' has {_labels.Count} values a row. Give the label that the model was trained with.";

    protected override TrainingData Prepare(TrainingData rows) => Augmented(Weighted(rows, _answers.LabelWeights?.For(rows)));

    protected override MultiLabelNetworkTransformer Train(TrainingData rows, TrainingData? validation, MultiLabelNetworkModelParameters? start)
    {
        double[]? ofLabels = _answers.LabelWeights?.For(rows);
        BinaryAccuracy metric = ofLabels is null ? new() : new(YesAbove: 0);
        var (weights, history) = Learn(Augmented(Weighted(rows, ofLabels)), validation is null ? null : Weighted(validation, ofLabels), start?.OwnWeights, metric);
        Calibrate(weights, isWeighted: ofLabels is not null);
        return new MultiLabelNetworkTransformer(new MultiLabelNetworkModelParameters(weights.Definition, weights, _loss.Link, _labels, history, InputLayout), Roles.Features, Features);
    }

    private new TrainingData Weighted(TrainingData rows, double[]? ofLabels)
    {
        rows = base.Weighted(rows, ofClasses: null);
        return ofLabels is null ? rows : WeightedAnswers.Apply(rows, ofLabels);
    }

    private void Calibrate(NetworkWeights weights, bool isWeighted)
    {
        if (!_answers.Calibrate || HeldOut is not { } held)
        {
            return;
        }

        if (!LabelCalibration.Fits(weights.Definition))
        {
            _channel.Warning(MessageSensitivity.None, $"The probabilities are not calibrated: the output layer has no bias. Leave it out of the layers, or set {nameof(_answers.Calibrate)} to false.");
            return;
        }

        var outputs = HeldOutOutputs.OfLabels(held.Members, held.Rows, yes: isWeighted ? 0 : 0.5f);
        PlattScaling[] labels = [.. outputs.Select(PlattScaling.Fit)];
        LabelCalibration.Fold(weights, labels);
        _channel.Info(MessageSensitivity.None, string.Create(
            CultureInfo.InvariantCulture,
            $"Calibrated by {outputs[0].Outputs.Length:N0} rows that were held out: slopes {Excerpt.List([.. labels.Select(label => label.Slope.ToString("G4", CultureInfo.InvariantCulture))])}, offsets {Excerpt.List([.. labels.Select(label => label.Offset.ToString("G4", CultureInfo.InvariantCulture))])}."));
    }
}
