using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of this plug-in share. A trainer copies nothing: do not change them while it is in use.</summary>
public abstract class GradientTrainerOptions
{
    private protected GradientTrainerOptions(Loss loss, Optimizer optimizer, int numberOfEpochs)
    {
        Loss = loss;
        Optimizer = optimizer;
        NumberOfEpochs = numberOfEpochs;
    }

    /// <summary>Name of the label column. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; set; } = DefaultColumns.Label;

    /// <summary>Name of the feature column, a known-size vector of Single, dense or sparse. Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; set; } = DefaultColumns.Features;

    /// <summary>
    /// Name of the column of example weights (Single, at least 0), or null for 1 each. A row counts by its share of an average training row's weight, in the gradient of a batch of any
    /// size as in the loss and the metric that are told.
    /// </summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>What training minimises. Default: for classes softmax cross-entropy, whose scores are probabilities; for numbers the mean squared error.</summary>
    public Loss Loss { get; set; }

    /// <summary>How the gradient changes the weights.</summary>
    public Optimizer Optimizer { get; set; }

    /// <summary>The learning rate; null takes that of <see cref="Optimizer"/>.</summary>
    public double? LearningRate { get; set; }

    /// <summary>How the learning rate changes during training; see <see cref="Schedules"/>. Default: not at all.</summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

    /// <summary>Passes over the training rows, at least 1.</summary>
    public int NumberOfEpochs { get; set; }

    /// <summary>Coupled L2 penalty: this times the weight is added to its gradient. It never touches biases, nor the scales and shifts of normalization layers. At least 0.</summary>
    public double L2Regularization { get; set; }

    /// <summary>L1 penalty: this times the weight's sign is added to its gradient, with the same exceptions. At least 0.</summary>
    public double L1Regularization { get; set; }

    /// <summary>Largest magnitude of a gradient's element, or null for no clipping.</summary>
    public double? ClipValue { get; set; }

    /// <summary>Largest Euclidean norm of the whole gradient, or null for no clipping.</summary>
    public double? ClipNorm { get; set; }

    /// <summary>Rows to validate on after each epoch, with the same columns as the training rows. Null: see <see cref="ValidationFraction"/>.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>Share of the training rows that is set aside for validation, in [0, 1); classes are stratified. Not together with <see cref="ValidationSet"/>.</summary>
    public double ValidationFraction { get; set; }

    /// <summary>When to stop before the last epoch; null: never. It watches the validation rows; without any, the training rows, which overfitting does not show on.</summary>
    public EarlyStopping? EarlyStopping { get; set; }

    /// <summary>Seed of initial weights, order, dropout and validation split; null draws one from the <see cref="MLContext"/>.</summary>
    public int? Seed { get; set; }

    /// <summary>Called after each epoch, on the thread that called Fit.</summary>
    public Action<EpochRecord>? OnEpoch { get; set; }

    /// <summary>Stops the reading of rows, or the training between two batches.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>
    /// Whether a cancelled training throws <see cref="OperationCanceledException"/> or returns the best model so far. Default: throws. While rows are still being
    /// read there is no model yet, so that it throws in either case.
    /// </summary>
    public CancellationBehavior CancellationBehavior { get; set; } = CancellationBehavior.Throw;

    internal abstract string TrainerName { get; }

    /// <summary>The optimizer at <see cref="LearningRate"/>.</summary>
    internal Optimizer EffectiveOptimizer => LearningRate is { } rate ? Optimizer with { LearningRate = rate } : Optimizer;

    /// <summary>Throws when an option is out of its range, naming it, its value and the range.</summary>
    internal virtual void Validate()
    {
        Require(!string.IsNullOrEmpty(LabelColumnName), nameof(LabelColumnName), LabelColumnName, "the name of a column");
        Require(!string.IsNullOrEmpty(FeatureColumnName), nameof(FeatureColumnName), FeatureColumnName, "the name of a column");
        Require(ExampleWeightColumnName is not "", nameof(ExampleWeightColumnName), ExampleWeightColumnName, "the name of a column, or null for none");
        Require(Loss is not null, nameof(Loss), null, "a loss, for example new SoftmaxCrossEntropy() for classes or new MeanSquaredError() for numbers");
        Loss!.Validate();
        Require(Optimizer is not null, nameof(Optimizer), null, "an optimizer, for example new Adam()");
        Optimizer!.Validate();
        Require(LearningRate is null or (> 0 and < double.PositiveInfinity), nameof(LearningRate), LearningRate, "a finite number above 0, for example 0.001");
        Require(Schedule is not null, nameof(Schedule), null, "a schedule, for example new ExponentialDecay() or LearningRateSchedule.Constant");
        Schedule!.Validate();
        Require(NumberOfEpochs >= 1, nameof(NumberOfEpochs), NumberOfEpochs, "at least 1");
        RequireAtLeastZero(L2Regularization, nameof(L2Regularization));
        RequireAtLeastZero(L1Regularization, nameof(L1Regularization));
        Require(ClipValue is null or > 0, nameof(ClipValue), ClipValue, "above 0, or null for no clipping");
        Require(ClipNorm is null or > 0, nameof(ClipNorm), ClipNorm, "above 0, or null for no clipping");
        EarlyStopping?.Validate();
        Require(Enum.IsDefined(CancellationBehavior), nameof(CancellationBehavior), CancellationBehavior, "Throw or ReturnBest");
        Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "in [0, 1)");
        Require(ValidationFraction == 0 || ValidationSet is null, nameof(ValidationFraction), ValidationFraction, "0 when ValidationSet is given: choose one of the two");
    }

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for an option of this trainer.</summary>
    private protected void Require(bool holds, string option, object? value, string wanted)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(option, value, string.Create(CultureInfo.InvariantCulture, $"{option} of {TrainerName} is {value ?? "null"}, but it must be {wanted}."));
        }
    }

    private protected void RequireAtLeastZero(double value, string option) =>
        Require(value is >= 0 and < double.PositiveInfinity, option, value, "a finite number of at least 0");
}
