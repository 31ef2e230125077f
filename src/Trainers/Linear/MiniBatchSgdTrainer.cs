using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers;

/// <summary>
/// Linear regression by stochastic gradient descent: one step for each batch of some rows.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, string, string, string?, double, int, int)"/>,
/// <see cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, Single; the features, a known-size vector of Single, dense or sparse; optionally a weight, Single. Output:
/// <c>Score</c>, Single.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Regression</description></item>
/// <item><term>Is normalization required?</term><description>Yes, for speed and for learning rates near the usual</description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once into memory</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers; none to load and use the model</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, by ML.NET</description></item>
/// </list>
/// <para><b>Algorithm.</b> The prediction is w·x + b. For each batch of rows, in order or shuffled, w ← w − rate · g with g the gradient of the mean of its losses,
/// (prediction − label)² by default, or what the chosen optimizer makes of g: less noise than single rows, more steps than all rows at once. For m rows, β the
/// largest curvature of one row's loss and λ that of the mean, m/(β + (m − 1)·λ) is a safe rate (S. Ma, R. Bassily, M. Belkin, "The power of
/// interpolation", 2018). Where rows have weights, a batch's gradient is divided by its rows times the mean weight of all rows.</para>
/// <para>Weights, products and sums are in double; the model holds them as Single. A learning rate that the data does not allow ends in an error that names one
/// that it does. Rows with a NaN or infinite feature, label or weight are skipped, counted and warned about once. The model is ML.NET's own: it saves and
/// loads without this plug-in.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, string, string, string?, double, int, int)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.MiniBatchSgd(RegressionCatalog.RegressionTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class MiniBatchSgdTrainer : LinearTrainer
{
    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MiniBatchSgdTrainer(
        IHostEnvironment env,
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = Defaults.LearningRate,
        int numberOfEpochs = Defaults.NumberOfEpochs,
        int batchSize = Defaults.BatchSize)
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
