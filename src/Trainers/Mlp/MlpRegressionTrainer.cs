using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Trains a multilayer perceptron, a network of fully connected layers, that predicts one number or several at once.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Mlp(RegressionCatalog.RegressionTrainers, string, string, string?, int[], double?, int?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Mlp(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a Single or a known-size vector of Single; the features, a known-size vector of Single or Byte; optionally a weight,
/// Single. Output: <c>Score</c>, a Single, or a vector of Single with one element for each of the label's, whose SlotNames are the label's.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Regression, with one or several outputs</description></item>
/// <item><term>Is normalization required?</term><description>No: done inside, see <see cref="NetworkTrainerOptions.FeatureScaling"/>; the label is standardised as well (<see cref="Options.NormalizeLabel"/>)</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, in a pipeline by ML.NET (<c>ConvertToOnnx</c>), or alone (<see cref="ScoringTransformer{TModel}.SaveOnnx"/>)</description></item>
/// </list>
/// <para><b>Algorithm.</b> Layer l computes hₗ = f(hₗ₋₁·Wₗ + bₗ), the last one without f; the loss is the mean of (prediction − label)² over rows and outputs by
/// default. Gradients come from back-propagation (D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", Nature
/// 323, 1986), steps from mini-batches and the chosen optimizer. The same seed, data and back end give the same weights, bit for bit, for any
/// number of threads.</para>
/// <para><b>Sparse features</b>, as <c>FeaturizeText</c> and <c>OneHotEncoding</c> give them, stay sparse where at most 5 % of their values are not 0: training and
/// scoring cost what these values cost. The scores of a row are the same bits however it is stored; weights after training on sparse rows are those after training on
/// the same rows stored dense, up to rounding, where those are not scaled, either (<see cref="FeatureScaling.None"/>). <c>MaxNorm</c>, <c>AverageDecay</c> and <c>AccumulationSteps</c> look at all weights, whose updates are dense with them.</para>
/// <para>Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once. ML.NET evaluates models with one output
/// (<c>mlContext.Regression.Evaluate</c>); several have <see cref="RegressionEvaluationExtensions.EvaluateOutputs"/>.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Mlp(RegressionCatalog.RegressionTrainers, string, string, string?, int[], double?, int?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Mlp(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class MlpRegressionTrainer : NetworkTrainer<RegressionNetworkTransformer, RegressionNetworkModelParameters>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a Single or a known-size vector of Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single or Byte.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null chooses.</param>
    /// <param name="learningRate">Step size of the optimizer, above 0; null chooses.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null chooses.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1; null chooses.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MlpRegressionTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            HiddenLayers = hiddenLayers,
            LearningRate = learningRate,
            NumberOfEpochs = numberOfEpochs,
            BatchSize = batchSize,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MlpRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), LabelKind.Numbers) => _options = options;

    private protected override NetworkFit<RegressionNetworkTransformer, RegressionNetworkModelParameters> Begin(FitContext context, IDataView train) =>
        new RegressionFit(context, _options, train.Schema, _options.NormalizeLabel);
}
