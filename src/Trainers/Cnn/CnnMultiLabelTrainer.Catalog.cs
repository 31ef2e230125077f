using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="CnnMultiLabelTrainer"/>: a convolutional network of several labels of images.
    /// </summary>
    /// <inheritdoc cref="CnnMultiLabelTrainer(IHostEnvironment, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="CnnMultiLabel(BinaryClassificationCatalog.BinaryClassificationTrainers, CnnMultiLabelTrainer.Options)"/>
    public static CnnMultiLabelTrainer CnnMultiLabel(
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
    /// Creates a <see cref="CnnMultiLabelTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="CnnMultiLabelTrainer(IHostEnvironment, CnnMultiLabelTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="CnnMultiLabel(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)"/>
    public static CnnMultiLabelTrainer CnnMultiLabel(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, CnnMultiLabelTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
