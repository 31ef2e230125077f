using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Trains a multilayer perceptron, a network of fully connected layers, that predicts one of several classes.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int[], double?, int?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a key (use <c>MapValueToKey</c>); the features, a known-size vector of Single or Byte; optionally a weight, Single.
/// Output: <c>Score</c>, a vector of Single with one element a class (probabilities with cross-entropy) whose SlotNames are the class names, and
/// <c>PredictedLabel</c>, the key of the largest score.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>No: done inside, see <see cref="NetworkTrainerOptions.FeatureScaling"/></description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, in a pipeline by ML.NET (<c>ConvertToOnnx</c>), or alone (<see cref="ScoringTransformer{TModel}.SaveOnnx"/>)</description></item>
/// </list>
/// <para><b>Algorithm.</b> Layer l computes hₗ = f(hₗ₋₁·Wₗ + bₗ), the last one logits z; the loss is −Σ t·log softmax(z) by default. Gradients come from
/// back-propagation (D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986), steps from
/// mini-batches and the chosen optimizer. The same seed, data and back end give the same weights, bit for bit, for any number of threads.</para>
/// <para><b>Sparse features</b>, as <c>FeaturizeText</c> and <c>OneHotEncoding</c> give them, stay sparse where at most 5 % of their values are not 0: training and
/// scoring cost what these values cost. The scores of a row are the same bits however it is stored; weights after training on sparse rows are those after training on
/// the same rows stored dense, up to rounding, where those are not scaled, either (<see cref="FeatureScaling.None"/>). <c>MaxNorm</c>, <c>AverageDecay</c> and <c>AccumulationSteps</c> look at all weights, whose updates are dense with them.</para>
/// <para>Rows with a NaN or infinite feature or weight, or a missing label, are skipped, counted and warned about once.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int[], double?, int?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class MlpTrainer : NetworkTrainer<MulticlassNetworkTransformer, MulticlassNetworkModelParameters>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single or Byte.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null chooses.</param>
    /// <param name="learningRate">Step size of the optimizer, above 0; null chooses.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null chooses.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1; null chooses.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MlpTrainer(
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
    public MlpTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), LabelKind.Class) => _options = options;

    private protected override NetworkFit<MulticlassNetworkTransformer, MulticlassNetworkModelParameters> Begin(FitContext context, IDataView train) =>
        new MulticlassFit(context, _options, train, _options.ClassWeights);
}
