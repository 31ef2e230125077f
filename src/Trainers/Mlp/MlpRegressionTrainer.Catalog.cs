using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates an <see cref="MlpRegressionTrainer"/>: a multilayer perceptron that predicts one number or several.
    /// </summary>
    /// <inheritdoc cref="MlpRegressionTrainer(IHostEnvironment, string, string, string?, int[], double?, int?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Mlp(RegressionCatalog.RegressionTrainers, MlpRegressionTrainer.Options)"/>
    public static MlpRegressionTrainer Mlp(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates an <see cref="MlpRegressionTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="MlpRegressionTrainer(IHostEnvironment, MlpRegressionTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Mlp(RegressionCatalog.RegressionTrainers, string, string, string?, int[], double?, int?, int?)"/>
    public static MlpRegressionTrainer Mlp(this RegressionCatalog.RegressionTrainers catalog, MlpRegressionTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
