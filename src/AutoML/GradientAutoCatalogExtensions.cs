using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.AutoML;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML.AutoML;

/// <summary>
/// The gradient trainers as AutoML sweeps them, for <c>Append</c> and <c>SetPipeline</c>: alone, behind transforms, or as alternatives of each other and of AutoML's own. With
/// <see cref="GradientExperimentExtensions.SetGradientTrialRunner"/> their epochs are known while they train, so that hopeless trials are pruned and all stop when told.
/// </summary>
/// <example><code>
/// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(mlContext.Auto().Mlp(numberOfEpochs: 30));
/// var experiment = mlContext.Auto().CreateExperiment()
///     .SetPipeline(pipeline)
///     .SetDataset(train, validation)
///     .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
///     .SetGradientTuner(new TreeParzenTuner())
///     .SetGradientTrialRunner(new SuccessiveHalving(), journalPath: "sweep.jsonl", resume: true)
///     .SetMaxModelToExplore(30);
/// TrialResult best = await experiment.RunAsync(token);
/// </code></example>
public static class GradientAutoCatalogExtensions
{
    /// <summary>A <see cref="MlpTrainer"/>.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The features, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Example weights, or null for none.</param>
    /// <param name="numberOfEpochs">Passes over the training rows; null chooses by the rows.</param>
    public static SweepableEstimator Mlp(
        this AutoCatalog auto, string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfEpochs = null) =>
        auto.Mlp(Columns(new MlpTrainer.Options { NumberOfEpochs = numberOfEpochs }, labelColumnName, featureColumnName, exampleWeightColumnName));

    /// <summary>A <see cref="MlpTrainer"/> with options that are the same in all trials.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="options">The options.</param>
    /// <param name="searchSpace">What is tried; null for <see cref="MlpSweepOptions"/> as it is.</param>
    public static SweepableEstimator Mlp(this AutoCatalog auto, MlpTrainer.Options options, SearchSpace<MlpSweepOptions>? searchSpace = null) =>
        auto.Sweepable(options, searchSpace, (fix, values) => values.Apply(fix), (context, all) => new MlpTrainer(context, all));

    /// <summary>A <see cref="MlpRegressionTrainer"/>.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a Single or a vector of them.</param>
    /// <param name="featureColumnName">The features, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Example weights, or null for none.</param>
    /// <param name="numberOfEpochs">Passes over the training rows; null chooses by the rows.</param>
    public static SweepableEstimator MlpRegression(
        this AutoCatalog auto, string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfEpochs = null) =>
        auto.MlpRegression(Columns(new MlpRegressionTrainer.Options { NumberOfEpochs = numberOfEpochs }, labelColumnName, featureColumnName, exampleWeightColumnName));

    /// <summary>A <see cref="MlpRegressionTrainer"/> with options that are the same in all trials.</summary>
    /// <inheritdoc cref="Mlp(AutoCatalog, MlpTrainer.Options, SearchSpace{MlpSweepOptions}?)"/>
    public static SweepableEstimator MlpRegression(this AutoCatalog auto, MlpRegressionTrainer.Options options, SearchSpace<MlpSweepOptions>? searchSpace = null) =>
        auto.Sweepable(options, searchSpace, (fix, values) => values.Apply(fix), (context, all) => new MlpRegressionTrainer(context, all));

    /// <summary>A <see cref="CnnTrainer"/>.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The images, whose dimensions the column tells.</param>
    /// <param name="exampleWeightColumnName">Example weights, or null for none.</param>
    /// <param name="numberOfEpochs">Passes over the training images; null chooses by the rows.</param>
    public static SweepableEstimator Cnn(
        this AutoCatalog auto, string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfEpochs = null) =>
        auto.Cnn(Columns(new CnnTrainer.Options { NumberOfEpochs = numberOfEpochs }, labelColumnName, featureColumnName, exampleWeightColumnName));

    /// <summary>A <see cref="CnnTrainer"/> with options that are the same in all trials, such as the shape of the images.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="options">The options.</param>
    /// <param name="searchSpace">What is tried; null for <see cref="CnnSweepOptions"/> as it is.</param>
    public static SweepableEstimator Cnn(this AutoCatalog auto, CnnTrainer.Options options, SearchSpace<CnnSweepOptions>? searchSpace = null) =>
        auto.Sweepable(options, searchSpace, (fix, values) => values.Apply(fix), (context, all) => new CnnTrainer(context, all));

    /// <summary>Linear regression by small batches, a <see cref="MiniBatchSgdTrainer"/>, whose model is ML.NET's own.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a Single.</param>
    /// <param name="featureColumnName">The features, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Example weights, or null for none.</param>
    /// <param name="numberOfEpochs">Passes over the training rows; null trains until it has converged.</param>
    public static SweepableEstimator GradientRegression(
        this AutoCatalog auto, string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null, int? numberOfEpochs = null) =>
        auto.GradientRegression(Columns(new MiniBatchSgdTrainer.Options { NumberOfEpochs = numberOfEpochs }, labelColumnName, featureColumnName, exampleWeightColumnName));

    /// <summary>Linear regression by small batches with options that are the same in all trials.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="options">The options.</param>
    /// <param name="searchSpace">What is tried; null for <see cref="GradientRegressionSweepOptions"/> as it is.</param>
    public static SweepableEstimator GradientRegression(this AutoCatalog auto, MiniBatchSgdTrainer.Options options, SearchSpace<GradientRegressionSweepOptions>? searchSpace = null) =>
        auto.Sweepable(options, searchSpace, (fix, values) => values.Apply(fix), (context, all) => new MiniBatchSgdTrainer(context, all));

    /// <summary>A <see cref="PolynomialTrainer"/>.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a Single.</param>
    /// <param name="featureColumnName">The features, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Example weights, or null for none.</param>
    public static SweepableEstimator Polynomial(this AutoCatalog auto, string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null) =>
        auto.Polynomial(Columns(new PolynomialTrainer.Options(), labelColumnName, featureColumnName, exampleWeightColumnName));

    /// <summary>A <see cref="PolynomialTrainer"/> with options that are the same in all trials.</summary>
    /// <param name="auto">AutoML's catalog.</param>
    /// <param name="options">The options.</param>
    /// <param name="searchSpace">What is tried; null for <see cref="PolynomialSweepOptions"/> as it is.</param>
    public static SweepableEstimator Polynomial(this AutoCatalog auto, PolynomialTrainer.Options options, SearchSpace<PolynomialSweepOptions>? searchSpace = null) =>
        auto.Sweepable(options, searchSpace, (fix, values) => values.Apply(fix), (context, all) => new PolynomialTrainer(context, all));

    private static SweepableEstimator Sweepable<TOptions, TSwept>(
        this AutoCatalog auto, TOptions options, SearchSpace<TSwept>? space, Func<TOptions, TSwept, TOptions> apply, Func<MLContext, TOptions, IEstimator<ITransformer>> create)
        where TOptions : DescentOptions, ITrainerInput
        where TSwept : class, new()
    {
        ArgumentNullException.ThrowIfNull(auto);
        ArgumentNullException.ThrowIfNull(options);
        var fix = (TOptions)((DescentOptions)options with { });
        return auto.CreateSweepableEstimator((context, values) => TrialConnection.Connect(context, apply(fix, values), create), space ?? new SearchSpace<TSwept>());
    }

    private static TOptions Columns<TOptions>(TOptions options, string label, string features, string? weight)
        where TOptions : DescentOptions, ITrainerInput
    {
        (options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName) = (label, features, weight);
        return options;
    }
}
