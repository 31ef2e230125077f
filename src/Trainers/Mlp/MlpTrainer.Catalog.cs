using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates an <see cref="MlpTrainer"/>: a multilayer perceptron that predicts one of several classes.
    /// </summary>
    /// <inheritdoc cref="MlpTrainer(IHostEnvironment, string, string, string?, int[], double?, int?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, MlpTrainer.Options)"/>
    public static MlpTrainer Mlp(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates an <see cref="MlpTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="MlpTrainer(IHostEnvironment, MlpTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Mlp(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, int[], double?, int?, int?)"/>
    public static MlpTrainer Mlp(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MlpTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
