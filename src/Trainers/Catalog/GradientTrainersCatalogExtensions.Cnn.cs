using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="CnnTrainer"/>: a convolutional network that tells images apart.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a vector of Single with the dimensions channels, height, width.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="layers">The layers without the output layer, which is appended; null for <see cref="MLNet.GradientTrainers.Cnn.Small"/>.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, CnnTrainer.Options)"/>
    public static CnnTrainer Cnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<Layer>? layers = null,
        double learningRate = CnnTrainer.Defaults.LearningRate,
        int numberOfEpochs = CnnTrainer.Defaults.NumberOfEpochs,
        int batchSize = CnnTrainer.Defaults.BatchSize) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, layers, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates a <see cref="CnnTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The multiclass trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, IReadOnlyList{Layer}, double, int, int)"/>
    public static CnnTrainer Cnn(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, CnnTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
