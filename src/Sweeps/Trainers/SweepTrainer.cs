using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// One of our trainers as a sweep takes it: its space, derived from the registries of optimizers, activations and schedules, and what turns values into its options. Its first trial is the trainer
/// with the options as given, which choose the rest by the rows.
/// </summary>
public abstract class SweepTrainer
{
    private protected SweepTrainer(string name, SearchSpace space, SweepMetric metric) => (Name, Space, Metric) = (name, space.StartingWith(ParameterValues.Empty), metric);

    /// <summary>The trainer's name, such as <c>MlpTrainer</c>.</summary>
    public string Name { get; }

    /// <summary>The trainer's space; <see cref="GradientSweep.Over"/> takes another one, such as this one with a parameter more. A parameter sets the option of its name.</summary>
    public SearchSpace Space { get; }

    /// <summary>What is made as good as it can be unless the sweep says otherwise: accuracy, or the root mean squared error.</summary>
    public SweepMetric Metric { get; }

    /// <summary>The trainer with values as C# to paste.</summary>
    /// <param name="values">Values of the space.</param>
    public abstract string ToCSharp(ParameterValues values);

    /// <summary>A <see cref="MlpTrainer"/>: depth, width, activation, dropout, batch size, schedule, and the optimizer with its rate, decay and momentum. One network, unless the options say otherwise.</summary>
    /// <param name="options">What is the same in all trials, such as columns and epochs; null for the defaults.</param>
    public static SweepTrainer<MlpTrainer.Options> Mlp(MlpTrainer.Options? options = null) => new(
        nameof(MlpTrainer), options ?? new(), TrainerSpaces.Mlp, SweepMetric.Accuracy((options ?? new()).LabelColumnName), (context, all) => new MlpTrainer(context, all));

    /// <summary>A <see cref="MlpRegressionTrainer"/>; the space is that of <see cref="Mlp"/>.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<MlpRegressionTrainer.Options> MlpRegression(MlpRegressionTrainer.Options? options = null) => new(
        nameof(MlpRegressionTrainer), options ?? new(), TrainerSpaces.Mlp, SweepMetric.RootMeanSquaredError((options ?? new()).LabelColumnName), (context, all) => new MlpRegressionTrainer(context, all));

    /// <summary>A <see cref="CnnTrainer"/>: blocks of convolutions, filters, activation, dropout, augmentation, batch size, schedule, and the optimizer.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<CnnTrainer.Options> Cnn(CnnTrainer.Options? options = null) => new(
        nameof(CnnTrainer), options ?? new(), TrainerSpaces.Cnn, SweepMetric.Accuracy((options ?? new()).LabelColumnName), (context, all) => new CnnTrainer(context, all));

    /// <summary>A <see cref="MlpBinaryTrainer"/>; the space is that of <see cref="Mlp"/>.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<MlpBinaryTrainer.Options> MlpBinary(MlpBinaryTrainer.Options? options = null) => new(
        nameof(MlpBinaryTrainer), options ?? new(), TrainerSpaces.Mlp, SweepMetric.BinaryAccuracy((options ?? new()).LabelColumnName), (context, all) => new MlpBinaryTrainer(context, all));

    /// <summary>A <see cref="CnnBinaryTrainer"/>; the space is that of <see cref="Cnn"/>.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<CnnBinaryTrainer.Options> CnnBinary(CnnBinaryTrainer.Options? options = null) => new(
        nameof(CnnBinaryTrainer), options ?? new(), TrainerSpaces.Cnn, SweepMetric.BinaryAccuracy((options ?? new()).LabelColumnName), (context, all) => new CnnBinaryTrainer(context, all));

    /// <summary>A <see cref="MlpMultiLabelTrainer"/>; the space is that of <see cref="Mlp"/>.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<MlpMultiLabelTrainer.Options> MlpMultiLabel(MlpMultiLabelTrainer.Options? options = null) => new(
        nameof(MlpMultiLabelTrainer), options ?? new(), TrainerSpaces.Mlp, SweepMetric.MicroF1((options ?? new()).LabelColumnName), (context, all) => new MlpMultiLabelTrainer(context, all));

    /// <summary>A <see cref="CnnMultiLabelTrainer"/>; the space is that of <see cref="Cnn"/>.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<CnnMultiLabelTrainer.Options> CnnMultiLabel(CnnMultiLabelTrainer.Options? options = null) => new(
        nameof(CnnMultiLabelTrainer), options ?? new(), TrainerSpaces.Cnn, SweepMetric.MicroF1((options ?? new()).LabelColumnName), (context, all) => new CnnMultiLabelTrainer(context, all));

    /// <summary>A <see cref="SgdLogisticTrainer"/>: the batch size, penalties, schedule and optimizer.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<SgdLogisticTrainer.Options> SgdLogistic(SgdLogisticTrainer.Options? options = null) => new(
        nameof(SgdLogisticTrainer), options ?? new(), TrainerSpaces.LinearBatches, SweepMetric.BinaryAccuracy((options ?? new()).LabelColumnName), (context, all) => new SgdLogisticTrainer(context, all));

    /// <summary>A <see cref="SgdMaximumEntropyTrainer"/>: the batch size, penalties, schedule and optimizer.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<SgdMaximumEntropyTrainer.Options> SgdMaximumEntropy(SgdMaximumEntropyTrainer.Options? options = null) => new(
        nameof(SgdMaximumEntropyTrainer), options ?? new(), TrainerSpaces.LinearBatches, SweepMetric.Accuracy((options ?? new()).LabelColumnName), (context, all) => new SgdMaximumEntropyTrainer(context, all));

    /// <summary>A <see cref="CnnRegressionTrainer"/>; the space is that of <see cref="Cnn"/>.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<CnnRegressionTrainer.Options> CnnRegression(CnnRegressionTrainer.Options? options = null) => new(
        nameof(CnnRegressionTrainer), options ?? new(), TrainerSpaces.Cnn, SweepMetric.RootMeanSquaredError((options ?? new()).LabelColumnName), (context, all) => new CnnRegressionTrainer(context, all));

    /// <summary>A <see cref="GradientDescentTrainer"/>: penalties, schedule and optimizer.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<GradientDescentTrainer.Options> GradientDescent(GradientDescentTrainer.Options? options = null) => new(
        nameof(GradientDescentTrainer), options ?? new(), TrainerSpaces.Linear, SweepMetric.RootMeanSquaredError((options ?? new()).LabelColumnName), (context, all) => new GradientDescentTrainer(context, all));

    /// <summary>A <see cref="MiniBatchSgdTrainer"/>: the batch size, penalties, schedule and optimizer.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<MiniBatchSgdTrainer.Options> MiniBatchSgd(MiniBatchSgdTrainer.Options? options = null) => new(
        nameof(MiniBatchSgdTrainer), options ?? new(), TrainerSpaces.LinearBatches, SweepMetric.RootMeanSquaredError((options ?? new()).LabelColumnName), (context, all) => new MiniBatchSgdTrainer(context, all));

    /// <summary>A <see cref="SgdTrainer"/>: penalties, schedule and optimizer.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<SgdTrainer.Options> Sgd(SgdTrainer.Options? options = null) => new(
        nameof(SgdTrainer), options ?? new(), TrainerSpaces.Linear, SweepMetric.RootMeanSquaredError((options ?? new()).LabelColumnName), (context, all) => new SgdTrainer(context, all));

    /// <summary>A <see cref="PolynomialTrainer"/>: degree, interactions and the strength of the penalty.</summary>
    /// <inheritdoc cref="Mlp"/>
    public static SweepTrainer<PolynomialTrainer.Options> Polynomial(PolynomialTrainer.Options? options = null) => new(
        nameof(PolynomialTrainer), options ?? new(), TrainerSpaces.Polynomial, SweepMetric.RootMeanSquaredError((options ?? new()).LabelColumnName), (context, all) => new PolynomialTrainer(context, all));

    /// <summary>Throws when a parameter of a space has no option.</summary>
    internal abstract void Check(SearchSpace space);

    internal abstract IEstimator<ITransformer> Create(TrialContext trial);
}

/// <summary>A <see cref="SweepTrainer"/> that knows its options.</summary>
/// <typeparam name="TOptions">Type of the trainer's options.</typeparam>
public sealed class SweepTrainer<TOptions> : SweepTrainer
    where TOptions : DescentOptions, ITrainerInput
{
    private readonly TOptions _options;
    private readonly Func<MLContext, TOptions, IEstimator<ITransformer>> _create;

    internal SweepTrainer(string name, TOptions options, SearchSpace space, SweepMetric metric, Func<MLContext, TOptions, IEstimator<ITransformer>> create)
        : base(name, space, metric) => (_options, _create) = ((TOptions)((DescentOptions)options with { }), create);

    /// <summary>The trainer's options with values.</summary>
    /// <param name="values">Values whose names are those of options; <see cref="ParameterValues.Empty"/> gives the options as they were.</param>
    /// <exception cref="ArgumentException">There is no such option.</exception>
    public TOptions Options(ParameterValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var options = (TOptions)((DescentOptions)_options with { });
        OptionValues.Set(options, values);
        return options;
    }

    /// <inheritdoc/>
    public override string ToCSharp(ParameterValues values) => $"new {Name}(mlContext, {CSharpText.Of(Options(values))})";

    internal override void Check(SearchSpace space)
    {
        foreach (var parameter in space.Parameters)
        {
            OptionValues.Check(_options, parameter.Name);
        }
    }

    internal override IEstimator<ITransformer> Create(TrialContext trial) => _create(trial.MLContext, trial.Connect(Options(trial.Values)));
}
