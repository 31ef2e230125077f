using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="GradientDescentTrainer"/>: linear regression by gradient descent over all rows at once.
    /// </summary>
    /// <inheritdoc cref="GradientDescentTrainer(IHostEnvironment, string, string, string?, double?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="GradientDescent(RegressionCatalog.RegressionTrainers, GradientDescentTrainer.Options)"/>
    public static GradientDescentTrainer GradientDescent(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>
    /// Creates a <see cref="GradientDescentTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="GradientDescentTrainer(IHostEnvironment, GradientDescentTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="GradientDescent(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?)"/>
    public static GradientDescentTrainer GradientDescent(this RegressionCatalog.RegressionTrainers catalog, GradientDescentTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
