using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Softmax regression by stochastic gradient descent: a linear model of one of several classes.
/// </summary>
/// <remarks>
/// <para>To create it, use
/// <see cref="GradientTrainersCatalogExtensions.SgdMaximumEntropy(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, double?, int?)"/>,
/// <see cref="GradientTrainersCatalogExtensions.SgdMaximumEntropy(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/> or a constructor.</para>
/// <para><b>Columns.</b> Input: the label, a key (use <c>MapValueToKey</c>); the features, a known-size vector of Single, dense or sparse; optionally a weight, Single.
/// Output: <c>Score</c>, a vector of Single with the probability of each class, whose SlotNames are the class names, and <c>PredictedLabel</c>, the key of the largest.</para>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>No: done inside, see <see cref="LinearClassifierOptions"/></description></item>
/// <item><term>Is caching required?</term><description>No: the rows are read once, into memory or, where they are too many for it, a temporary file (<see cref="ITrainerInput.Rows"/>)</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.GradientTrainers; none to load and use the model</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, by ML.NET</description></item>
/// </list>
/// <para><b>Algorithm.</b> The probabilities are softmax(W·x + b); the loss is the mean of −ln of that of the true class, and the penalty (A. Berger, S. Della Pietra, V. Della Pietra, "A maximum entropy approach to natural language processing", 1996). Steps are of mini-batches (H. Robbins, S. Monro, "A stochastic approximation method", 1951) and the chosen optimizer's. With no option set, features are standardised,
/// no rate is needed, and the penalty is chosen by rows that were left out: see <see cref="LinearClassifierOptions"/>. The scales are folded into the weights.</para>
/// <para>Rows with a NaN or infinite feature or weight, or a missing label, are skipped, counted and warned about once. The model is ML.NET's own: it saves and loads without this plug-in. A model to go on with may be of any trainer.</para>
/// </remarks>
/// <seealso cref="GradientTrainersCatalogExtensions.SgdMaximumEntropy(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string?, double?, int?)"/>
/// <seealso cref="GradientTrainersCatalogExtensions.SgdMaximumEntropy(MulticlassClassificationCatalog.MulticlassClassificationTrainers, Options)"/>
/// <seealso cref="Options"/>
public sealed partial class SgdMaximumEntropyTrainer
    : GradientTrainer<MulticlassPredictionTransformer<MaximumEntropyModelParameters>, MaximumEntropyModelParameters>
{
    private readonly Options _options;

    /// <summary>Creates a trainer with the most used options.</summary>
    /// <param name="env">The <see cref="MLContext"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size of the optimizer, above 0; null chooses.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1; null chooses.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SgdMaximumEntropyTrainer(
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
    public SgdMaximumEntropyTrainer(IHostEnvironment env, Options options)
        : base(env, options = options.Validated(), options, LabelKind.Class, needNormalization: options.FeatureScaling == FeatureScaling.None) => _options = options;

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(FitContext context, IDataView train, IDataView? validation, MaximumEntropyModelParameters? start)
    {
        var fit = new MulticlassFit(context, _options, train, _options.ClassWeights);
        var classes = ClassLabels.From(train.Schema[context.Roles.Label]);
        var model = fit.Train(train, validation, start is null ? null : Network(start, classes)).Model;
        return NativeLinearClassifier.CreateMulticlass(context.Host, LinearNetwork.Of(model.OwnWeights).Checked(context.Roles), classes.Names, train.Schema, context.Roles);
    }

    /// <summary>A model of ML.NET's as a network.</summary>
    private MulticlassNetworkModelParameters Network(MaximumEntropyModelParameters start, ClassLabels classes)
    {
        VBuffer<float>[] rows = [];
        start.GetWeights(ref rows, out int count);
        double[][] weights = Array.ConvertAll(rows, row => row.DenseValues().Select(weight => (double)weight).ToArray());
        var definition = _options.Define(new TensorShape(weights[0].Length), count);
        var network = new LinearNetwork(weights, [.. start.GetBiases().Select(bias => (double)bias)]).ToNetwork(definition);

        // The model does not tell its classes; where there are as many they are taken for the same.
        return new MulticlassNetworkModelParameters(definition, network, OutputLink.Softmax, count == classes.Count ? classes : ClassLabels.Of(count), new TrainingHistory(new Accuracy(), []));
    }
}
