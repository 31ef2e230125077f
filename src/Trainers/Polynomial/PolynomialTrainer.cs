using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Fits a polynomial of one or several features, and tells its coefficients.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, string, string, string?, int?, bool, double?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a Single; the features, a known-size vector of Single; optionally a weight, Single. Output: <c>Score</c>, a
/// Single.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Regression</description></item>
/// <item><term>Is normalization required?</term><description>No: features are scaled inside, and coefficients given back in the units of the feature column. So put no normaliser before it: the formula
/// would be in normalised units, under the original names</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, in a pipeline by ML.NET (<c>ConvertToOnnx</c>), or alone (<see cref="ScoringTransformer{TModel}.SaveOnnx"/>); also to C#, C and LaTeX text (<see cref="PolynomialModelParameters.ToCSharp"/>)</description></item>
/// </list>
/// <para><b>Algorithm.</b> y = Σ θ·x₁^p₁·x₂^p₂·…, over all powers whose sum is at most <see cref="Options.Degree"/>, minimises the weighted mean of (y − label)² +
/// λ·Σγσ²θ², the penalty of <see cref="Options.Ridge"/>. The degree is chosen, where it is not given, by the errors of rows that are left out, each once, which
/// one decomposition gives exactly (D. Allen, 1974); and where λ is not, the fits with many strengths of three penalties are averaged, weighted by Bayesian evidence (D. MacKay, "Bayesian interpolation",
/// 1992) and those errors. Inside, powers are Chebyshev polynomials of features scaled to [−1, 1] (P. Chebyshev,
/// 1854), so that high degrees stay solvable. The solver is QR by Householder reflections (A. Householder, "Unitary triangularization of a nonsymmetric matrix",
/// 1958), fed block by block, or gradient descent.</para>
/// <para><b>What the rows can't tell.</b> With too few rows, or with features that depend on each other (one twice, a category's indicators), many
/// polynomials fit equally well. Without penalty QR then takes the one with the smallest coefficients of scaled columns, predicts as well as any, and warns that single
/// coefficients mean nothing. With fewer than three rows for each coefficient new rows may be far off, of which it warns, too. A chosen penalty makes the
/// best of such rows, and the log tells the error of rows left out. Terms of a feature that never changes are 0, as are
/// powers above 1 of one that has two values, such as yes or no: a line goes through them.</para>
/// <para>Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, string, string, string?, int?, bool, double?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Polynomial(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class PolynomialTrainer : GradientTrainer<PolynomialTransformer, PolynomialModelParameters>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options, which solves by QR.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="degree">The largest sum of a term's powers, in [1, 64]; null chooses it, see <see cref="Options.Degree"/>.</param>
    /// <param name="interactionOnly">Whether a term has each feature at most once.</param>
    /// <param name="ridge">Strength of the penalty, at least 0; 0 for least squares alone, null chooses it, see <see cref="Options.Ridge"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PolynomialTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int? degree = null,
        bool interactionOnly = Defaults.InteractionOnly,
        double? ridge = null)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Degree = degree,
            InteractionOnly = interactionOnly,
            Ridge = ridge,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PolynomialTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), options, LabelKind.Number, needNormalization: false) => _options = options;

    /// <summary>A solution in closed form has no state between its rows and its end.</summary>
    private protected override bool KeepsCheckpoints => _options.Solver == PolynomialSolver.GradientDescent;

    private protected override PolynomialTransformer Fit(FitContext context, IDataView train, IDataView? validation, PolynomialModelParameters? start) =>
        new PolynomialFit(context, _options).Train(train, validation, start);
}
