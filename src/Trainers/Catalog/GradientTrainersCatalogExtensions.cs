using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

/// <summary>The trainers of MLNet.GradientTrainers in the catalogs of an <see cref="MLContext"/>.</summary>
public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>All trainers of this plug-in.</summary>
    /// <param name="mlContext">The context.</param>
    public static GradientTrainersCatalog GradientTrainers(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new GradientTrainersCatalog(mlContext);
    }

    /// <summary>
    /// Creates an <see cref="MlpTrainer"/>: a multilayer perceptron that predicts one of several classes.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null for one layer of 128.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, MlpTrainer.Options)"/>
    public static MlpTrainer Mlp(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double learningRate = MlpTrainer.Defaults.LearningRate,
        int numberOfEpochs = MlpTrainer.Defaults.NumberOfEpochs,
        int batchSize = MlpTrainer.Defaults.BatchSize) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates an <see cref="MlpTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int[], double, int, int)"/>
    public static MlpTrainer Mlp(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MlpTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
