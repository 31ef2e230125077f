using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="GradientDescentTrainer"/>: linear regression by gradient descent over all rows at once.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <seealso cref="GradientDescent(RegressionCatalog.RegressionTrainers, GradientDescentTrainer.Options)"/>
    public static GradientDescentTrainer GradientDescent(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = GradientDescentTrainer.Defaults.LearningRate,
        int numberOfEpochs = GradientDescentTrainer.Defaults.NumberOfEpochs) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>
    /// Creates a <see cref="GradientDescentTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="GradientDescent(RegressionCatalog.RegressionTrainers, string, string, string?, double, int)"/>
    public static GradientDescentTrainer GradientDescent(this RegressionCatalog.RegressionTrainers catalog, GradientDescentTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);

    /// <summary>
    /// Creates a <see cref="SgdTrainer"/>: linear regression by stochastic gradient descent, one step for each row.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <seealso cref="Sgd(RegressionCatalog.RegressionTrainers, SgdTrainer.Options)"/>
    public static SgdTrainer Sgd(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = SgdTrainer.Defaults.LearningRate,
        int numberOfEpochs = SgdTrainer.Defaults.NumberOfEpochs) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>
    /// Creates a <see cref="SgdTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="Sgd(RegressionCatalog.RegressionTrainers, string, string, string?, double, int)"/>
    public static SgdTrainer Sgd(this RegressionCatalog.RegressionTrainers catalog, SgdTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);

    /// <summary>
    /// Creates a <see cref="MiniBatchSgdTrainer"/>: linear regression by stochastic gradient descent, one step for each batch of rows.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="MiniBatchSgd(RegressionCatalog.RegressionTrainers, MiniBatchSgdTrainer.Options)"/>
    public static MiniBatchSgdTrainer MiniBatchSgd(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = MiniBatchSgdTrainer.Defaults.LearningRate,
        int numberOfEpochs = MiniBatchSgdTrainer.Defaults.NumberOfEpochs,
        int batchSize = MiniBatchSgdTrainer.Defaults.BatchSize) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates a <see cref="MiniBatchSgdTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="MiniBatchSgd(RegressionCatalog.RegressionTrainers, string, string, string?, double, int, int)"/>
    public static MiniBatchSgdTrainer MiniBatchSgd(this RegressionCatalog.RegressionTrainers catalog, MiniBatchSgdTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
