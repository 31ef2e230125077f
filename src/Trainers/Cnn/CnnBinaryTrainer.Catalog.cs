using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="CnnBinaryTrainer"/>: a convolutional network that answers true or false about images.
    /// </summary>
    /// <inheritdoc cref="CnnBinaryTrainer(IHostEnvironment, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Cnn(BinaryClassificationCatalog.BinaryClassificationTrainers, CnnBinaryTrainer.Options)"/>
    public static CnnBinaryTrainer Cnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
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
    /// Creates a <see cref="CnnBinaryTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="CnnBinaryTrainer(IHostEnvironment, CnnBinaryTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Cnn(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)"/>
    public static CnnBinaryTrainer Cnn(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, CnnBinaryTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
