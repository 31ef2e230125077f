using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Logistic regression by stochastic gradient descent: true or false, with a calibrated probability.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.SgdLogistic(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, double?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.SgdLogistic(BinaryClassificationCatalog.BinaryClassificationTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, Boolean; the features, a known-size vector of Single, dense or sparse; optionally a weight, Single.
/// Output: <c>Probability</c>, Single, of true; <c>Score</c>, Single, its logit, ln(p / (1 − p)), less that of <see cref="Options.Threshold"/>; and <c>PredictedLabel</c>, Boolean, whether it is above 0.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Binary classification</description></item>
/// <item><term>Is normalization required?</term><description>No: done inside, see <see cref="LinearClassifierOptions"/></description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers; none to load and use the model</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, by ML.NET</description></item>
/// </list>
/// <para><b>Algorithm.</b> The logit of true is z = w·x + b; the loss is the mean of −t·ln σ(z) − (1 − t)·ln(1 − σ(z)) and the penalty (D. Cox, "The regression analysis of binary sequences", 1958). Steps are of mini-batches (H. Robbins, S. Monro, "A stochastic approximation method", 1951) and the chosen optimizer's. With no option set, features are standardised,
/// no rate is needed, and the penalty is chosen by rows that were left out: see <see cref="LinearClassifierOptions"/>. The scales are folded into the weights.</para>
/// <para><b>Probabilities</b> are calibrated by Platt scaling, fitted to rows that the models were not trained on, and folded into the weights: see <see cref="IBinaryTrainerOptions.Calibrate"/>.</para>
/// <para>Rows with a NaN or infinite feature or weight are skipped, counted and warned about once. The model is ML.NET's own: it saves and loads without this plug-in. A model to go on with may be of any trainer.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.SgdLogistic(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, double?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.SgdLogistic(BinaryClassificationCatalog.BinaryClassificationTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class SgdLogisticTrainer
    : GradientTrainer<BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>, CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Boolean.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size of the optimizer, above 0; null chooses.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null chooses.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SgdLogisticTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            LearningRate = learningRate,
            NumberOfEpochs = numberOfEpochs,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SgdLogisticTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), options, LabelKind.Answer, needNormalization: options.FeatureScaling == FeatureScaling.None) => _options = options;

    private protected override BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>> Fit(
        FitContext context, IDataView train, IDataView? validation, CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>? start)
    {
        var model = new BinaryFit(context, _options, _options, train.Schema).Train(train, validation, start is null ? null : Network(start)).Model;
        var linear = LinearNetwork.Of(model.OwnWeights).Scaled(model.Calibration.Slope, model.Calibration.Offset - model.ThresholdLogit).Checked(context.Roles);
        return NativeLinearClassifier.CreateBinary(context.Host, linear, model.ThresholdLogit, train.Schema, context.Roles.Features);
    }

    /// <summary>A model of ML.NET's as a network whose output is the logit.</summary>
    private BinaryNetworkModelParameters Network(CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator> start)
    {
        double[] weights = [.. start.SubModel.Weights.Select(weight => (double)weight)];
        var definition = _options.Define(new TensorShape(weights.Length), 1);
        var network = new LinearNetwork([weights], [start.SubModel.Bias]).Scaled(-start.Calibrator.Slope, -start.Calibrator.Offset).ToNetwork(definition);
        return new BinaryNetworkModelParameters(definition, network, PlattScaling.None, thresholdLogit: 0, new TrainingHistory(new BinaryAccuracy(), []));
    }
}
