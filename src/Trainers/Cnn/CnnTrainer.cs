using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Trains a convolutional neural network that tells images apart.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, IReadOnlyList{Layer}, double, int, int)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a key (use <c>MapValueToKey</c>); the features, a known-size vector of Single with the dimensions channels, height, width (as
/// <c>LoadFromIdx</c>, <c>LoadFromCifar</c> and <c>ExtractPixels</c> give), or height, width, channels (as <c>ExtractPixels</c> gives with <c>interleavePixelColors</c>), or without
/// dimensions and with <see cref="Options.InputShape"/>; optionally a weight, Single.
/// Output: <c>Score</c>, a vector of Single with one element a class (probabilities with cross-entropy) whose SlotNames are the class names, and
/// <c>PredictedLabel</c>, the key of the largest score.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>Yes</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once into memory</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// <para><b>Algorithm.</b> The layers of <see cref="Options.Layers"/> one after another, then a dense layer to logits z; the loss is −Σ t·log softmax(z) by default. Convolutions
/// share their weights between all places of an image (Y. LeCun et al., "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86, 1998); gradients
/// come from back-propagation, steps from mini-batches and the chosen optimizer. The same seed, data and back end give the same weights, bit for bit, for any number of threads.</para>
/// <para>Rows with a NaN or infinite feature or weight, or a missing label, are skipped, counted and warned about once.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, IReadOnlyList{Layer}, double, int, int)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class CnnTrainer : ITrainerEstimator<MulticlassNetworkTransformer, MulticlassNetworkModelParameters>
{
    private readonly Options _options;
    private readonly MulticlassTraining _training;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="layers">The layers without the output layer, see <see cref="Options.Layers"/>; null for <see cref="Cnn.Small"/>.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public CnnTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<Layer>? layers = null,
        double learningRate = Defaults.LearningRate,
        int numberOfEpochs = Defaults.NumberOfEpochs,
        int batchSize = Defaults.BatchSize)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Layers = layers ?? Defaults.Layers,
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
    public CnnTrainer(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _training = new MulticlassTraining(env.Register(nameof(CnnTrainer)), options, options.Define, options.ClassWeights, options.Augmentation, options.Layout);
    }

    /// <summary>What ML.NET asks of a trainer: normalised features are needed; caching is not; validation and continued training are supported.</summary>
    public TrainerInfo Info => NetworkTraining.Info;

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the label, feature and weight columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="ArgumentException">A layer can't take its input, told before any row is read; the message names the layer, its input's shape and the mend.</exception>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    /// <exception cref="DivergenceException">The loss became infinite, NaN, or kept growing.</exception>
    public MulticlassNetworkTransformer Fit(IDataView input) => _training.Fit(input, _options.ValidationSet, null);

    /// <summary>Trains on <paramref name="trainData"/>, validating on <paramref name="validationData"/> after each epoch.</summary>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public MulticlassNetworkTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return _training.Fit(trainData, validationData, null);
    }

    /// <summary>Goes on training a model of this trainer: its weights are the start.</summary>
    /// <param name="trainData">Rows with the same columns, features and classes as the model was trained with.</param>
    /// <param name="modelParameters">The model's <see cref="ScoringTransformer{TModel}.Model"/>.</param>
    /// <exception cref="ArgumentException">The model's layers, features or classes differ from this trainer's.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public MulticlassNetworkTransformer Fit(IDataView trainData, MulticlassNetworkModelParameters modelParameters)
    {
        ArgumentNullException.ThrowIfNull(modelParameters);
        return _training.Fit(trainData, _options.ValidationSet, modelParameters);
    }

    /// <summary>
    /// Runs a learning rate range test: a short training of fresh weights whose rate grows from update to update until the loss rises. Set the suggestion as
    /// <see cref="GradientTrainerOptions.LearningRate"/> of a new trainer; the curve's points are there to look at.
    /// </summary>
    /// <param name="trainData">The rows that are to be trained on.</param>
    /// <param name="finder">The test's range and length; null for 100 updates from 1e-7 to 10.</param>
    /// <returns>The loss over the rate, and a suggested rate, null where the loss never fell.</returns>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public LearningRateCurve FindLearningRate(IDataView trainData, LearningRateFinder? finder = null) => _training.FindLearningRate(trainData, finder);

    /// <summary>The schema that a fitted model will promise, checked without reading data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _training.GetOutputSchema(inputSchema);
}
