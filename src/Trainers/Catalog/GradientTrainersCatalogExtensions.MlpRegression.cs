using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates an <see cref="MlpRegressionTrainer"/>: a multilayer perceptron that predicts one number or several.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a Single or a known-size vector of Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null for one layer of 128.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="Mlp(RegressionCatalog.RegressionTrainers, MlpRegressionTrainer.Options)"/>
    public static MlpRegressionTrainer Mlp(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double learningRate = MlpRegressionTrainer.Defaults.LearningRate,
        int numberOfEpochs = MlpRegressionTrainer.Defaults.NumberOfEpochs,
        int batchSize = MlpRegressionTrainer.Defaults.BatchSize) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates an <see cref="MlpRegressionTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="Mlp(RegressionCatalog.RegressionTrainers, string, string, string?, int[], double, int, int)"/>
    public static MlpRegressionTrainer Mlp(this RegressionCatalog.RegressionTrainers catalog, MlpRegressionTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
