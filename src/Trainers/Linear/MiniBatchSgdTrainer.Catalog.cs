using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="MiniBatchSgdTrainer"/>: linear regression by stochastic gradient descent, one step for each batch of rows.
    /// </summary>
    /// <inheritdoc cref="MiniBatchSgdTrainer(IHostEnvironment, string, string, string?, double?, int?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="MiniBatchSgd(RegressionCatalog.RegressionTrainers, MiniBatchSgdTrainer.Options)"/>
    public static MiniBatchSgdTrainer MiniBatchSgd(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs, batchSize);

    /// <summary>
    /// Creates a <see cref="MiniBatchSgdTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="MiniBatchSgdTrainer(IHostEnvironment, MiniBatchSgdTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="MiniBatchSgd(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?, int?)"/>
    public static MiniBatchSgdTrainer MiniBatchSgd(this RegressionCatalog.RegressionTrainers catalog, MiniBatchSgdTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
