using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="SgdMaximumEntropyTrainer"/>: softmax regression by stochastic gradient descent: a linear model of one of several classes.
    /// </summary>
    /// <inheritdoc cref="SgdMaximumEntropyTrainer(IHostEnvironment, string, string, string?, double?, int?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="SgdMaximumEntropy(MulticlassClassificationCatalog.MulticlassClassificationTrainers, SgdMaximumEntropyTrainer.Options)"/>
    public static SgdMaximumEntropyTrainer SgdMaximumEntropy(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>
    /// Creates a <see cref="SgdMaximumEntropyTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="SgdMaximumEntropyTrainer(IHostEnvironment, SgdMaximumEntropyTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="SgdMaximumEntropy(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, double?, int?)"/>
    public static SgdMaximumEntropyTrainer SgdMaximumEntropy(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, SgdMaximumEntropyTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
