using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Trains a multilayer perceptron, a network of fully connected layers, that predicts one of several classes.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int[], double, int, int)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a key (use <c>MapValueToKey</c>); the features, a known-size vector of Single; optionally a weight, Single.
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
/// <para><b>Algorithm.</b> Layer l computes hₗ = f(hₗ₋₁·Wₗ + bₗ), the last one logits z; the loss is −Σ t·log softmax(z) by default. Gradients come from
/// back-propagation (D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986), steps from
/// mini-batches and the chosen optimizer. The same seed, data and back end give the same weights, bit for bit, for any number of threads.</para>
/// <para>Rows with a NaN or infinite feature or weight, or a missing label, are skipped, counted and warned about once.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int[], double, int, int)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class MlpTrainer : ITrainerEstimator<MulticlassNetworkTransformer, MulticlassNetworkModelParameters>
{
    private readonly Options _options;
    private readonly MulticlassTraining _training;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null for <see cref="Defaults.HiddenLayers"/>.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MlpTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double learningRate = Defaults.LearningRate,
        int numberOfEpochs = Defaults.NumberOfEpochs,
        int batchSize = Defaults.BatchSize)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            HiddenLayers = hiddenLayers ?? Defaults.HiddenLayers,
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
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _training = new MulticlassTraining(env.Register(nameof(MlpTrainer)), options, options.Define, options.ClassWeights);
    }

    /// <summary>What ML.NET asks of a trainer: normalised features are needed; caching is not; validation and continued training are supported.</summary>
    public TrainerInfo Info => NetworkTraining.Info;

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the label, feature and weight columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
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
