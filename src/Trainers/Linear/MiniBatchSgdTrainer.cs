using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers;

/// <summary>
/// Linear regression by stochastic gradient descent: one step for each batch of some rows.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
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
/// <para><b>Algorithm.</b> The prediction is w·x + b. For each batch of rows, in order or shuffled, w ← w − rate · g with g the gradient of the mean of its losses,
/// (prediction − label)² by default, or what the chosen optimizer makes of g: less noise than single rows, more steps than all rows at once. For m rows, β the
/// largest curvature of one row's loss and λ that of the mean, m/(β + (m − 1)·λ) is a safe rate (S. Ma, R. Bassily, M. Belkin, "The power of
/// interpolation", 2018). Where rows have weights, a batch's gradient is divided by its rows times the mean weight of all rows.</para>
/// <para><b>With no rate</b>, features are standardised and, up to 1,024 dense ones, whitened, so that no direction needs more steps than another. That safe rate falls to 0 along half a cosine, in
/// cycles each twice as long as the last, until at the end of one the gradient over all rows shows a loss within a thousandth of the least. Where features are not whitened, or the loss
/// is another, it is the gain of the last cycle that must be so small.</para>
/// <para>Weights, products and sums are in double; the model holds them as Single. A learning rate that the data does not allow ends in an error that names one
/// that it does. Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once. The model is ML.NET's own: it saves and
/// loads without this plug-in.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, string, string, string?, double?, int?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class MiniBatchSgdTrainer : LinearTrainer
{
    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0; null chooses it from the rows' curvature.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null trains until the descent converges.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1; null for 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MiniBatchSgdTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        int? batchSize = null)
        : this(env, new Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            LearningRate = learningRate,
            NumberOfEpochs = numberOfEpochs,
            BatchSize = batchSize,
        })
    {
    }

    /// <summary>Creates a trainer with all options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MiniBatchSgdTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
    }
}
