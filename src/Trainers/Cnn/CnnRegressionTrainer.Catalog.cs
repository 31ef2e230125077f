using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="CnnRegressionTrainer"/>: a convolutional network that predicts numbers of images.
    /// </summary>
    /// <inheritdoc cref="CnnRegressionTrainer(IHostEnvironment, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Cnn(RegressionCatalog.RegressionTrainers, CnnRegressionTrainer.Options)"/>
    public static CnnRegressionTrainer Cnn(
        this RegressionCatalog.RegressionTrainers catalog,
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
    /// Creates a <see cref="CnnRegressionTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="CnnRegressionTrainer(IHostEnvironment, CnnRegressionTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Cnn(RegressionCatalog.RegressionTrainers, string, string, string?, IReadOnlyList{Layer}, double?, int?, int?, PretrainedNetwork?, int?)"/>
    public static CnnRegressionTrainer Cnn(this RegressionCatalog.RegressionTrainers catalog, CnnRegressionTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
