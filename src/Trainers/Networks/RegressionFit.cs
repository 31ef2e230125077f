using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A fit of a network whose label is a number or a vector of numbers; its last layer is dense and has no activation.</summary>
internal sealed class RegressionFit : NetworkFit<RegressionNetworkTransformer, RegressionNetworkModelParameters>
{
    private readonly RegressionTargets _targets;
    private readonly Loss _loss;
    private readonly bool _standardizes;
    private LabelScale _scale = LabelScale.None;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="schema">The training rows' columns, checked.</param>
    /// <param name="normalizeLabel">Whether training sees standardised labels.</param>
    public RegressionFit(FitContext context, NetworkTrainerOptions options, DataViewSchema schema, bool normalizeLabel)
        : base(context, options, schema, RegressionTargets.From(schema[context.Roles.Label]).Count)
    {
        _targets = RegressionTargets.From(schema[Roles.Label]);
        _loss = options.Loss;
        _standardizes = normalizeLabel && !_loss.HasAbsoluteTargets;
    }

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column) => new NumberLabelRows(row, column, new LabelRange(_loss));

    protected override string? ProblemWith(DataViewSchema.Column validationLabel) => RegressionTargets.From(validationLabel) is var other && IsLike(other)
        ? null
        : $"the validation label '{Roles.Label}' is {other}, the training label {_targets}. Transform both with the same fitted pipeline.";

    protected override string? ProblemWith(RegressionNetworkModelParameters start) => IsLike(start.Targets)
        ? null
        : $"it predicts {start.Targets}, but the label '{Roles.Label}' is {_targets}. Give the label that the model was trained with.";

    protected override TrainingData Prepare(TrainingData rows) => Augmented(Weighted((_scale = ScaleOf(rows)).Standardize(rows), ofClasses: null));

    protected override NetworkWeights ForScaledLabels(NetworkWeights weights) => _scale.Unfold(weights);

    protected override RegressionNetworkTransformer Train(TrainingData rows, TrainingData? validation, RegressionNetworkModelParameters? start)
    {
        // A model goes on in the units that it was trained in: a later batch of rows may have a poor idea of the labels' spread.
        var scale = start is { Scale.IsNone: false } && _standardizes ? start.Scale : ScaleOf(rows);
        _scale = scale;
        var metric = Metric.ForNumbers(_loss.Link);
        var (weights, history) = Learn(
            Augmented(Weighted(scale.Standardize(rows), ofClasses: null)), validation is null ? null : Weighted(scale.Standardize(validation), ofClasses: null), start is null ? null : scale.Unfold(start.OwnWeights), scale.IsNone ? metric : scale.Metric);
        scale.Fold(weights);
        CheckScores(weights, Weighted(rows, ofClasses: null));
        var model = new RegressionNetworkModelParameters(weights.Definition, weights, _loss.Link, _targets, scale, history with { Metric = metric }, InputLayout);
        return new RegressionNetworkTransformer(model, Roles.Features, Features);
    }

    /// <summary>Labels near the end of what a Single holds may be fitted by weights that are numbers, and whose sums are none.</summary>
    private void CheckScores(NetworkWeights weights, TrainingData rows)
    {
        double label = SingleRange.LargestLabel(rows.Targets);
        if (label <= SingleRange.LargestUsualLabel)
        {
            return;
        }

        const int Rows = 256;
        using var predictor = new Predictor(weights, new PredictorOptions { Link = _loss.Link, MaxRows = Rows });
        var features = new float[Rows * predictor.InputSize];
        var scores = new float[Rows * predictor.OutputSize];
        for (int start = 0; start < rows.Count; start += Rows)
        {
            int count = Math.Min(Rows, rows.Count - start);
            rows.Features.Read([.. Enumerable.Range(start, count)], features);
            predictor.Predict(features, count, scores);
            if (!scores.AsSpan(0, count * predictor.OutputSize).ToArray().All(float.IsFinite))
            {
                throw SingleRange.LabelsTooLarge(Roles, "the training rows' scores are larger still", label);
            }
        }
    }

    private bool IsLike(RegressionTargets other) => other.Count == _targets.Count && other.IsVector == _targets.IsVector;

    private LabelScale ScaleOf(TrainingData rows) => _standardizes ? LabelScale.Of(rows, _loss) : LabelScale.None;
}
