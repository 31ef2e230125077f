namespace MLNet.GradientTrainers;

public sealed partial class GradientTrainersCatalog
{
    /// <summary>A polynomial of one or several features, fitted by QR.</summary>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="degree">The largest sum of a term's powers, in [1, 64].</param>
    /// <param name="interactionOnly">Whether a term has each feature at most once.</param>
    /// <param name="l2Regularization">Penalty on the coefficients of scaled features, at least 0.</param>
    /// <seealso cref="Polynomial(PolynomialTrainer.Options)"/>
    public PolynomialTrainer Polynomial(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int degree = PolynomialTrainer.Defaults.Degree,
        bool interactionOnly = PolynomialTrainer.Defaults.InteractionOnly,
        double l2Regularization = PolynomialTrainer.Defaults.L2Regularization) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, degree, interactionOnly, l2Regularization);

    /// <summary>A polynomial of one or several features, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="Polynomial(string, string, string?, int, bool, double)"/>
    public PolynomialTrainer Polynomial(PolynomialTrainer.Options options) => new(_environment, options);
}
