using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates an <see cref="MlpBinaryTrainer"/>: a multilayer perceptron that answers true or false.
    /// </summary>
    /// <inheritdoc cref="MlpBinaryTrainer(IHostEnvironment, string, string, string?, int[], double?, int?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Mlp(BinaryClassificationCatalog.BinaryClassificationTrainers, MlpBinaryTrainer.Options)"/>
    public static MlpBinaryTrainer Mlp(
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
    /// Creates an <see cref="MlpBinaryTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="MlpBinaryTrainer(IHostEnvironment, MlpBinaryTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Mlp(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, int[], double?, int?, int?)"/>
    public static MlpBinaryTrainer Mlp(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, MlpBinaryTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
