namespace MLNet.GradientTrainers.Kernels;

/// <summary>The settings of a linear regression by gradient descent.</summary>
public sealed record LinearOptions
{
    /// <summary>A loss of single outputs. Default: mean squared error, whose gradient is 2 · (p − t) · x.</summary>
    public Loss Loss { get; init; } = new MeanSquaredError();

    /// <summary>How gradients change weights. Default: plain gradient descent.</summary>
    public Optimizer Optimizer { get; init; } = new Sgd();

    /// <summary>How the learning rate changes.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Passes over the data, at least 1.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>
    /// Rows of an update, at least 1; as many as there are rows, or more, for full-batch descent. The last batch of an epoch may be smaller; none is dropped.
    /// </summary>
    public int BatchSize { get; init; } = int.MaxValue;

    /// <summary>True to put the rows in a new random order for each epoch; full batches never need it.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Decides order and validation split. Equal seeds and data give bit-identical weights.</summary>
    public ulong Seed { get; init; }

    /// <summary>Penalty L1 · Σ|w| over the weights, not the bias: L1 · sign(w) is added to the gradient. At least 0.</summary>
    public double L1 { get; init; }

    /// <summary>Penalty L2/2 · Σw² over the weights, not the bias: L2 · w is added to the gradient. At least 0.</summary>
    public double L2 { get; init; }

    /// <summary>Largest magnitude of a gradient's element, above 0; +∞ for none. Applied after <see cref="ClipNorm"/>.</summary>
    public double ClipValue { get; init; } = double.PositiveInfinity;

    /// <summary>Largest Euclidean norm of the gradient, above 0; +∞ for none. A longer one is scaled down to it.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>False to leave the bias at its initial value.</summary>
    public bool FitIntercept { get; init; } = true;

    /// <summary>
    /// Stops a full-batch run when no element of the gradient is larger than this; 0 never stops. The weights are then those whose gradient that is.
    /// </summary>
    public double GradientTolerance { get; init; }

    /// <summary>
    /// Stops a run when the loss changes by at most this share of itself in each of <see cref="ToleranceEpochs"/> successive epochs; 0 never stops.
    /// </summary>
    public double Tolerance { get; init; }

    /// <summary>Successive epochs that must change little for <see cref="Tolerance"/> to stop a run: one alone may be the turning point of a momentum.</summary>
    public const int ToleranceEpochs = 3;

    /// <summary>
    /// The result is the mean of the weights after each update from this epoch (from 1) on, which takes the noise out of stochastic descent; null for the last
    /// weights. B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
    /// </summary>
    public int? AverageFromEpoch { get; init; }

    /// <summary>Data to measure after each epoch, or null. Excludes <see cref="ValidationFraction"/>.</summary>
    public LinearData? ValidationData { get; init; }

    /// <summary>Share of the training rows to validate on instead, in [0, 1), drawn at random.</summary>
    public double ValidationFraction { get; init; }

    /// <summary>When to stop before the last epoch; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>True to keep the weights after each epoch in <see cref="LinearResult.Path"/>.</summary>
    public bool RecordPath { get; init; }

    /// <summary>Called after every epoch, on the training thread; null for none.</summary>
    public Action<EpochRecord>? OnEpoch { get; init; }

    /// <summary>
    /// Threads of passes over all rows: full-batch steps and measuring; 0 for one a core. The weights have the same bits for any number. Steps of some rows follow one another on one.
    /// More than four times the cores, or 16 where that is more, count as so many, and where the system refuses a thread the run goes on with fewer.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>Looked at before every batch, or every thousand rows or so.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>What a cancelled run does.</summary>
    public CancellationBehavior CancellationBehavior { get; init; } = CancellationBehavior.Throw;

    /// <summary>Throws when a setting is out of its range, naming it, its value and the range.</summary>
    /// <exception cref="ArgumentException">A setting is missing, out of its range, or excludes another one.</exception>
    public void Validate()
    {
        const string Owner = nameof(LinearOptions);
        ArgumentNullException.ThrowIfNull(Loss);
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Schedule);
        Loss.Validate();
        Optimizer.Validate();
        Schedule.Validate();
        EarlyStopping?.Validate();
        Guard.AtLeast(Epochs, 1, nameof(Epochs), Owner);
        Guard.AtLeast(BatchSize, 1, nameof(BatchSize), Owner);
        Guard.AtLeast(Threads, 0, nameof(Threads), Owner);
        Guard.NotNegative(L1, nameof(L1), Owner);
        Guard.NotNegative(L2, nameof(L2), Owner);
        Guard.Limit(ClipValue, nameof(ClipValue), Owner);
        Guard.Limit(ClipNorm, nameof(ClipNorm), Owner);
        Guard.NotNegative(GradientTolerance, nameof(GradientTolerance), Owner);
        Guard.NotNegative(Tolerance, nameof(Tolerance), Owner);
        Guard.AtLeast(AverageFromEpoch ?? 1, 1, nameof(AverageFromEpoch), Owner);
        Guard.InRange(ValidationFraction, 0, 1, nameof(ValidationFraction), Owner);
        if (ValidationData is not null && ValidationFraction > 0)
        {
            throw new ArgumentException($"{nameof(ValidationData)} and {nameof(ValidationFraction)} are both given; give one of them.");
        }
    }
}
