using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A fit of a network whose label is true or false, with one output, its logit: rows count by their answers, and rows that were held out calibrate it.</summary>
internal sealed class BinaryFit : NetworkFit<BinaryNetworkTransformer, BinaryNetworkModelParameters>
{
    private const int Answers = 2;

    private readonly IChannel _channel;
    private readonly IBinaryTrainerOptions _binary;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="binary">The same.</param>
    /// <param name="schema">The training rows' columns, checked.</param>
    public BinaryFit(FitContext context, NetworkTrainerOptions options, IBinaryTrainerOptions binary, DataViewSchema schema)
        : base(context, options, schema, outputs: 1)
    {
        binary.ClassWeights?.Check(Answers, Roles.Trainer, Roles.Label);
        _channel = context.Channel;
        _binary = binary;
    }

    protected override bool HoldsRowsOut => BinaryChoices.WantsHeldOut(_binary);

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column) => new AnswerRows(row, column);

    protected override string? ProblemWith(DataViewSchema.Column validationLabel) => null;

    protected override string? ProblemWith(BinaryNetworkModelParameters start) => null;

    protected override TrainingData Prepare(TrainingData rows) => Augmented(Weighted(rows, Weights(rows)));

    protected override BinaryNetworkTransformer Train(TrainingData rows, TrainingData? validation, BinaryNetworkModelParameters? start)
    {
        WarnOfOneAnswer(rows);
        double[]? ofClasses = Weights(rows);
        var (weights, history) = Learn(
            Augmented(Weighted(rows, ofClasses)), validation is null ? null : Weighted(validation, ofClasses), start?.OwnWeights, new BinaryAccuracy());
        var heldOut = HeldOut is { } held ? HeldOutOutputs.Of(held.Members, held.Rows, ofClasses) : null;
        var calibration = !_binary.Calibrate ? PlattScaling.None : heldOut is null ? (start ?? HeadTakenFrom)?.Calibration ?? PlattScaling.None : PlattScaling.Fit(heldOut);
        var model = new BinaryNetworkModelParameters(weights.Definition, weights, calibration, Threshold(heldOut, calibration), history, InputLayout);
        Tell(calibration, heldOut, model);
        return new BinaryNetworkTransformer(model, Roles.Features, Features);
    }

    private float Threshold(HeldOutOutputs? heldOut, PlattScaling calibration)
    {
        if (_binary.Threshold.Logit(heldOut is null ? null : heldOut with { Outputs = Array.ConvertAll(heldOut.Outputs, output => (double)calibration.Logit((float)output)) }) is { } logit)
        {
            return (float)logit;
        }

        _channel.Warning(MessageSensitivity.None, $"No row with the label true was held out to choose a threshold by: it is 0.5. Give a ValidationSet, more rows, or a {nameof(_binary.Threshold)}.");
        return 0;
    }

    private void Tell(PlattScaling calibration, HeldOutOutputs? heldOut, BinaryNetworkModelParameters model)
    {
        if (heldOut is not null)
        {
            _channel.Info(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"By {heldOut.Outputs.Length:N0} rows that were held out: slope {calibration.Slope:G4}, offset {calibration.Offset:G4} of the scores, threshold {model.Threshold:G4}."));
        }
    }

    private double[]? Weights(TrainingData rows) => _binary.ClassWeights?.For(rows);

    private void WarnOfOneAnswer(TrainingData rows)
    {
        var labels = ((BinaryRows)rows.Targets).Classes.Labels;
        if (labels.All(label => label == labels[0]))
        {
            _channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"All {rows.Count:N0} training rows have the label {(labels[0] == 1 ? "true" : "false")} in '{Roles.Label}': the model can learn nothing else. Give rows of both; see how the column was read."));
        }
    }
}
