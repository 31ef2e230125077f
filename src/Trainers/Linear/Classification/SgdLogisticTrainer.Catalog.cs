using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="SgdLogisticTrainer"/>: logistic regression by stochastic gradient descent: true or false, with a calibrated probability.
    /// </summary>
    /// <inheritdoc cref="SgdLogisticTrainer(IHostEnvironment, string, string, string?, double?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="SgdLogistic(BinaryClassificationCatalog.BinaryClassificationTrainers, SgdLogisticTrainer.Options)"/>
    public static SgdLogisticTrainer SgdLogistic(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>
    /// Creates a <see cref="SgdLogisticTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="SgdLogisticTrainer(IHostEnvironment, SgdLogisticTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="SgdLogistic(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, double?, int?)"/>
    public static SgdLogisticTrainer SgdLogistic(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, SgdLogisticTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
