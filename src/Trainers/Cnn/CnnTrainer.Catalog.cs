using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="CnnTrainer"/>: a convolutional network that tells images apart.
    /// </summary>
    /// <inheritdoc cref="CnnTrainer(IHostEnvironment, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, CnnTrainer.Options)"/>
    public static CnnTrainer Cnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<Layer>? layers = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null,
        PretrainedNetwork? startFrom = null,
        int? freezeUpTo = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, layers, learningRate, numberOfEpochs, batchSize, startFrom, freezeUpTo);

    /// <summary>
    /// Creates a <see cref="CnnTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="CnnTrainer(IHostEnvironment, CnnTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Cnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)"/>
    public static CnnTrainer Cnn(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, CnnTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
