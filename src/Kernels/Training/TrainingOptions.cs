namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a cancelled run does.</summary>
public enum CancellationBehavior
{
    /// <summary>Throws <see cref="OperationCanceledException"/>; the network keeps the weights it had at that moment.</summary>
    Throw,

    /// <summary>
    /// Returns with the weights of the best finished epoch, and <see cref="StopReason.Cancelled"/>; before any epoch is finished, with the weights of
    /// that moment.
    /// </summary>
    ReturnBest,
}

/// <summary>The settings of a run.</summary>
public sealed record TrainingOptions
{
    /// <summary>What is minimised.</summary>
    public required Loss Loss { get; init; }

    /// <summary>How gradients change weights.</summary>
    public required Optimizer Optimizer { get; init; }

    /// <summary>How the learning rate changes; see <see cref="Schedules"/>.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Passes over the data, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Rows of a batch, at least 1. The last batch of an epoch may be smaller; none is dropped.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Batches of an update, at least 1. Their gradients add up to that of one batch of all their rows (up to rounding; layers that look at a whole batch, such as batch
    /// normalization, see one at a time), which needs the memory of one only. The last update of an epoch may have fewer.
    /// </summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Decides shuffling, dropout and the validation split. Equal seeds, data and back ends give bit-identical weights for any number of threads.</summary>
    public ulong Seed { get; init; }

    /// <summary>True to put the rows in a new random order for each epoch (Fisher–Yates).</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Data to measure after each epoch, or null. Excludes <see cref="ValidationFraction"/>.</summary>
    public TrainingData? ValidationData { get; init; }

    /// <summary>Share of the training rows to validate on instead, in [0, 1); see <see cref="TrainingData.Split"/>.</summary>
    public double ValidationFraction { get; init; }

    /// <summary>When to stop before the last epoch; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>What is reported beside the loss; null for what targets and loss call for (<see cref="Kernels.Metric.For"/>).</summary>
    public Metric? Metric { get; init; }

    /// <summary>Largest magnitude of a gradient's element, above 0; +∞ for none. Applied after <see cref="ClipNorm"/>.</summary>
    public double ClipValue { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Largest Euclidean norm of the whole gradient, above 0; +∞ for none. A longer one is scaled down to it. R. Pascanu et al., "On the difficulty of training
    /// recurrent neural networks", 2013.
    /// </summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Penalty L1 · Σ|w| over the weights that multiply inputs, never over biases nor the scales and shifts of normalizations: L1 · sign(w) is added to the clipped gradient. At least 0.</summary>
    public double L1 { get; init; }

    /// <summary>
    /// Penalty L2/2 · Σw² over the same weights: L2 · w is added to the clipped gradient, beside <see cref="Optimizer.WeightDecay"/>, which spares what the penalties spare. At least 0.
    /// </summary>
    public double L2 { get; init; }

    /// <summary>
    /// Largest Euclidean norm of the weights that feed one unit (or one filter), above 0; +∞ for none. A longer vector is scaled down to it after every update. N. Srivastava
    /// et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
    /// </summary>
    public double MaxNorm { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// d in [0, 1): the mean of the weights after each update, older ones counting d times as much an update, is what is validated and what the run ends with; training itself
    /// goes on from the last weights. 0 for no mean; 0.999 is usual. B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
    /// </summary>
    /// <remarks>
    /// a ← a + (1 − d) / (1 − dᵗ) · (w − a) after update t: as in Adam the first weights of all have no share of their own. Running statistics are averaged too.
    /// </remarks>
    public double AverageDecay { get; init; }

    /// <summary>Called after every batch of training and validation, on the training thread; null for none.</summary>
    public Action<BatchProgress>? OnBatch { get; init; }

    /// <summary>Called after every epoch, on the training thread; null for none.</summary>
    public Action<EpochRecord>? OnEpoch { get; init; }

    /// <summary>Looked at before every batch.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>What a cancelled run does.</summary>
    public CancellationBehavior CancellationBehavior { get; init; } = CancellationBehavior.Throw;

    /// <summary>Throws when a setting is out of its range, naming it, its value and the range.</summary>
    /// <exception cref="ArgumentException">A setting is missing, out of its range, or excludes another one.</exception>
    public void Validate()
    {
        const string Owner = nameof(TrainingOptions);
        ArgumentNullException.ThrowIfNull(Loss);
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Schedule);
        Loss.Validate();
        Optimizer.Validate();
        Schedule.Validate();
        EarlyStopping?.Validate();
        Guard.AtLeast(Epochs, 1, nameof(Epochs), Owner);
        Guard.AtLeast(BatchSize, 1, nameof(BatchSize), Owner);
        Guard.AtLeast(AccumulationSteps, 1, nameof(AccumulationSteps), Owner);
        Guard.InRange(AverageDecay, 0, 1, nameof(AverageDecay), Owner);
        Guard.InRange(ValidationFraction, 0, 1, nameof(ValidationFraction), Owner);
        Guard.NotNegative(L1, nameof(L1), Owner);
        Guard.NotNegative(L2, nameof(L2), Owner);
        Guard.Limit(ClipValue, nameof(ClipValue), Owner);
        Guard.Limit(ClipNorm, nameof(ClipNorm), Owner);
        Guard.Limit(MaxNorm, nameof(MaxNorm), Owner);
        if (ValidationData is not null && ValidationFraction > 0)
        {
            throw new ArgumentException($"{nameof(ValidationData)} and {nameof(ValidationFraction)} are both given; give one of them.");
        }
    }
}
