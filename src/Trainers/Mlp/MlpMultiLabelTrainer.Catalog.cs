using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates an <see cref="MlpMultiLabelTrainer"/>: a multilayer perceptron of several labels.
    /// </summary>
    /// <inheritdoc cref="MlpMultiLabelTrainer(IHostEnvironment, string, string, string?, int[], double?, int?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="MlpMultiLabel(BinaryClassificationCatalog.BinaryClassificationTrainers, MlpMultiLabelTrainer.Options)"/>
    public static MlpMultiLabelTrainer MlpMultiLabel(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates an <see cref="MlpMultiLabelTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="MlpMultiLabelTrainer(IHostEnvironment, MlpMultiLabelTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="MlpMultiLabel(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, int[], double?, int?, int?)"/>
    public static MlpMultiLabelTrainer MlpMultiLabel(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, MlpMultiLabelTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
