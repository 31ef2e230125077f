using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Trains a convolutional neural network that predicts one number of an image, or several at once.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Cnn(RegressionCatalog.RegressionTrainers, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Cnn(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a Single or a known-size vector of Single; the features, a known-size vector of Single or Byte with the dimensions channels, height, width (as
/// <c>LoadFromIdx</c>, <c>LoadFromCifar</c> and <c>ExtractPixels</c> give), or height, width, channels (as <c>ExtractPixels</c> gives with <c>interleavePixelColors</c>), or without
/// dimensions and with <see cref="CnnOptions.InputShape"/>; optionally a weight, Single.
/// Output: <c>Score</c>, a Single, or a vector of Single with one element for each of the label's, whose SlotNames are the label's.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Regression, with one or several outputs</description></item>
/// <item><term>Is normalization required?</term><description>No: done inside, see <see cref="NetworkTrainerOptions.FeatureScaling"/>; the label is standardised as well (<see cref="Options.NormalizeLabel"/>)</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, in a pipeline by ML.NET (<c>ConvertToOnnx</c>), or alone (<see cref="ScoringTransformer{TModel}.SaveOnnx"/>)</description></item>
/// </list>
/// <para><b>Algorithm.</b> The layers of <see cref="CnnOptions.Layers"/> one after another, then a dense layer; the loss is the mean of (prediction − label)² over images and outputs by default. Convolutions
/// share their weights between all places of an image (Y. LeCun et al., "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86, 1998); gradients
/// come from back-propagation, steps from mini-batches and the chosen optimizer. The same seed, data and back end give the same weights, bit for bit, for any number of threads.</para>
/// <para>Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Cnn(RegressionCatalog.RegressionTrainers, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Cnn(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class CnnRegressionTrainer : NetworkTrainer<RegressionNetworkTransformer, RegressionNetworkModelParameters>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a Single or a known-size vector of Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single or Byte.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="layers">The layers without the output layer, see <see cref="CnnOptions.Layers"/>; null for <see cref="Cnn.Small"/>, or those of the network to start from.</param>
    /// <param name="learningRate">Step size of the optimizer, above 0; null chooses.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null chooses.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1; null chooses.</param>
    /// <param name="startFrom">A trained network to start from, see <see cref="NetworkTrainerOptions.StartFrom"/>; null for fresh weights.</param>
    /// <param name="freezeUpTo">The number of the last layer of it that training leaves as it is, see <see cref="NetworkTrainerOptions.FreezeUpTo"/>; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public CnnRegressionTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<Layer>? layers = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null,
        PretrainedNetwork? startFrom = null,
        int? freezeUpTo = null)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            LayersOrOpen = layers,
            LearningRate = learningRate,
            NumberOfEpochs = numberOfEpochs,
            BatchSize = batchSize,
            StartFrom = startFrom,
            FreezeUpTo = freezeUpTo,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public CnnRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), LabelKind.Numbers) => _options = options;

    private protected override NetworkFit<RegressionNetworkTransformer, RegressionNetworkModelParameters> Begin(FitContext context, IDataView train) =>
        new RegressionFit(context, _options, train.Schema, _options.NormalizeLabel);
}
