using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="SgdTrainer"/>: linear regression by stochastic gradient descent, one step for each row.
    /// </summary>
    /// <inheritdoc cref="SgdTrainer(IHostEnvironment, string, string, string?, double?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Sgd(RegressionCatalog.RegressionTrainers, SgdTrainer.Options)"/>
    public static SgdTrainer Sgd(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>
    /// Creates a <see cref="SgdTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="SgdTrainer(IHostEnvironment, SgdTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Sgd(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?)"/>
    public static SgdTrainer Sgd(this RegressionCatalog.RegressionTrainers catalog, SgdTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
