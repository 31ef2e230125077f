using Microsoft.ML.Runtime;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="PolynomialTrainer"/>, which fits a polynomial of one or several features by QR and tells its coefficients.
    /// </summary>
    /// <inheritdoc cref="PolynomialTrainer(IHostEnvironment, string, string, string?, int?, bool, double?)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Polynomial(RegressionCatalog.RegressionTrainers, PolynomialTrainer.Options)"/>
    public static PolynomialTrainer Polynomial(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int? degree = null,
        bool interactionOnly = PolynomialTrainer.Defaults.InteractionOnly,
        double? ridge = null) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, degree, interactionOnly, ridge);

    /// <summary>
    /// Creates a <see cref="PolynomialTrainer"/> with all options.
    /// </summary>
    /// <inheritdoc cref="PolynomialTrainer(IHostEnvironment, PolynomialTrainer.Options)" path="/param[@name!='env'] | /exception"/>
    /// <seealso cref="Polynomial(RegressionCatalog.RegressionTrainers, string, string, string?, int?, bool, double?)"/>
    public static PolynomialTrainer Polynomial(this RegressionCatalog.RegressionTrainers catalog, PolynomialTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
