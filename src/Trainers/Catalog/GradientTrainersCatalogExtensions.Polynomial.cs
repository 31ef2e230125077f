using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="PolynomialTrainer"/>, which fits a polynomial of one or several features by QR and tells its coefficients.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="degree">The largest sum of a term's powers, in [1, 64].</param>
    /// <param name="interactionOnly">Whether a term has each feature at most once.</param>
    /// <param name="l2Regularization">Penalty on the coefficients of scaled features, at least 0.</param>
    /// <seealso cref="Polynomial(RegressionCatalog.RegressionTrainers, PolynomialTrainer.Options)"/>
    public static PolynomialTrainer Polynomial(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int degree = PolynomialTrainer.Defaults.Degree,
        bool interactionOnly = PolynomialTrainer.Defaults.InteractionOnly,
        double l2Regularization = PolynomialTrainer.Defaults.L2Regularization) =>
        new(Catalogs.Environment(catalog), labelColumnName, featureColumnName, exampleWeightColumnName, degree, interactionOnly, l2Regularization);

    /// <summary>
    /// Creates a <see cref="PolynomialTrainer"/> with all options.
    /// </summary>
    /// <param name="catalog">The regression trainers of an <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <seealso cref="Polynomial(RegressionCatalog.RegressionTrainers, string, string, string?, int, bool, double)"/>
    public static PolynomialTrainer Polynomial(this RegressionCatalog.RegressionTrainers catalog, PolynomialTrainer.Options options) =>
        new(Catalogs.Environment(catalog), options);
}
