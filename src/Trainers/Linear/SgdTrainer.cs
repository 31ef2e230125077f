using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Linear regression by stochastic gradient descent: one step for each row.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.Sgd(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.Sgd(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, Single; the features, a known-size vector of Single, dense or sparse; optionally a weight, Single. Output:
/// <c>Score</c>, Single.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Regression</description></item>
/// <item><term>Is normalization required?</term><description>No; with a learning rate of your own, yes</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers; none to load and use the model</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, by ML.NET</description></item>
/// </list>
/// <para><b>Algorithm.</b> The prediction is w·x + b. For each row, in order or shuffled, w ← w − rate · g with g the gradient of its loss, (prediction − label)² by
/// default (H. Robbins, S. Monro, "A stochastic approximation method", 1951), or what the chosen optimizer makes of g. A row of weight v, where the mean weight is
/// v̄, makes a step of v/v̄ times its gradient. Rates up to 1/(2·(Σ xⱼ² + 1)) of the longest row are safe; falling rates or
/// <see cref="LinearOptions.AverageFromEpoch"/> take the noise out.</para>
/// <para><b>With no rate</b>, features are standardised and, up to 1,024 dense ones, whitened, so that no direction needs more steps than another. The rate, 1/β with β the largest curvature of a
/// row's loss, falls to 0 along half a cosine, in cycles each twice as long as the last, until at the end of one the gradient over all rows shows a loss within a thousandth of the least.
/// Where features are not whitened, or the loss is another, it is the gain of the last cycle that must be so small.</para>
/// <para>Weights, products and sums are in double; the model holds them as Single. A learning rate that the data does not allow ends in an error that names one
/// that it does. Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once. The model is ML.NET's own: it saves and
/// loads without this plug-in.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.Sgd(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.Sgd(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class SgdTrainer : LinearTrainer
{
    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0; null chooses it from the rows' curvature.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null trains until the descent converges.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SgdTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            LearningRate = learningRate,
            NumberOfEpochs = numberOfEpochs,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SgdTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
    }
}
