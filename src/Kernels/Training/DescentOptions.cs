namespace MLNet.GradientTrainers.Kernels;

/// <summary>What every gradient descent over rows is told, of a network as of a linear model. A run copies its options: changing them later changes nothing of it.</summary>
public abstract record DescentOptions
{
    /// <summary>What is minimised.</summary>
    public required Loss Loss { get; set; }

    /// <summary>How the gradient changes the weights; null chooses, with its settings: for perceptrons <see cref="AdamW"/>, for convolutional networks <see cref="Adam"/> (docs/defaults.md).</summary>
    public required Optimizer? Optimizer { get; set; }

    /// <summary>The learning rate, a finite number above 0; null takes that of <see cref="Optimizer"/>, or, where that is null too, chooses with it (docs/defaults.md).</summary>
    public double? LearningRate { get; set; }

    /// <summary>How the learning rate changes during a run; see <see cref="Schedules"/>. Default: <see cref="LearningRateSchedule.Constant"/>; of the trainers of perceptrons and of convolutional networks <see cref="CosineAnnealing"/>, which ends at 0.</summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

    /// <summary>Passes over the training rows, at least 1; null chooses by the rows, fewer passes over more of them (docs/defaults.md).</summary>
    public int? NumberOfEpochs { get; set; }

    /// <summary>Rows of a gradient step, at least 1; null chooses by the rows, smaller batches of fewer (docs/defaults.md). The last batch of an epoch may be smaller; it is left out only where a network can't learn from so few,
    /// see <see cref="NetworkDefinition.SmallestBatch"/>.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Whether each epoch visits the rows in a new random order (Fisher–Yates); false takes them as they come. A single batch needs no order. Default: true.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>
    /// Penalty L1 · Σ|w| over the weights that multiply inputs, never over biases nor the scales and shifts of normalizations: this times the weight's sign is added to its
    /// clipped gradient. At least 0. Default: 0.
    /// </summary>
    public double L1Regularization { get; set; }

    /// <summary>
    /// Penalty L2/2 · Σw² over the same weights: this times the weight is added to its clipped gradient, beside <see cref="Optimizer.WeightDecay"/>, which spares what the
    /// penalties spare. At least 0. Default: 0.
    /// </summary>
    public double L2Regularization { get; set; }

    /// <summary>Largest magnitude of a gradient's element, above 0; null for no limit. Applied after <see cref="ClipNorm"/>.</summary>
    public double? ClipValue { get; set; }

    /// <summary>
    /// Largest Euclidean norm of the whole gradient, above 0; null for no limit. A longer one is scaled down to it. R. Pascanu et al., "On the difficulty of training
    /// recurrent neural networks", 2013.
    /// </summary>
    public double? ClipNorm { get; set; }

    /// <summary>Share of the training rows that is set aside to validate on, in [0, 1), drawn at random; classes are stratified. Rows that are given for it take its place.</summary>
    public double ValidationFraction { get; set; }

    /// <summary>When to stop before the last epoch; null for never. It watches the validation rows; without any, the training rows, which overfitting does not show on.</summary>
    public EarlyStopping? EarlyStopping { get; set; }

    /// <summary>
    /// Seed of initial weights, order, dropout and validation split; null for 0, for a trainer of ML.NET one drawn from its MLContext. Equal seeds, data and back ends give
    /// bit-identical weights for any number of threads.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>Called after each epoch, on the thread that trains; null for nothing.</summary>
    public Action<EpochRecord>? OnEpoch { get; set; }

    /// <summary>
    /// Stops the run: looked at between two batches, or every thousand rows or so where those are small. A trainer of ML.NET also looks at it before every row that it reads,
    /// and ends in the same way, within a fraction of a second, when the execution of its whole MLContext is cancelled, as AutoML does when its time is over.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>
    /// Whether a cancelled run throws <see cref="OperationCanceledException"/> or returns the best weights so far. Default: throws. A trainer of ML.NET that is still reading
    /// rows, or solves in closed form, has no weights yet, so that it throws in either case.
    /// </summary>
    public CancellationBehavior CancellationBehavior { get; set; } = CancellationBehavior.Throw;

    /// <summary><see cref="NumberOfEpochs"/> of a run, which has chosen.</summary>
    internal int Epochs => NumberOfEpochs ?? throw new InvalidOperationException($"{nameof(NumberOfEpochs)} is not chosen yet.");

    /// <summary><see cref="BatchSize"/> of a run, which has chosen.</summary>
    internal int BatchRows => BatchSize ?? throw new InvalidOperationException($"{nameof(BatchSize)} is not chosen yet.");

    /// <summary>The rate before any schedule.</summary>
    internal double InitialLearningRate => LearningRate ?? UpdateRule.LearningRate;

    /// <summary><see cref="Optimizer"/> of a run, which has chosen.</summary>
    internal Optimizer UpdateRule => Optimizer ?? throw new InvalidOperationException($"{nameof(Optimizer)} is not chosen yet.");

    /// <summary>The largest of the penalties and its option's name.</summary>
    internal (string Name, double Size) LargestPenalty => new (string Name, double Size)[]
    {
        (nameof(L1Regularization), L1Regularization), (nameof(L2Regularization), L2Regularization), (nameof(Kernels.Optimizer.WeightDecay), UpdateRule.WeightDecay),
    }.MaxBy(penalty => penalty.Size);

    /// <summary><see cref="Seed"/> for the engine's sources of random numbers.</summary>
    internal ulong RandomSeed => (ulong)(Seed ?? 0);

    /// <summary>Whether a run that was cancelled returns what it has.</summary>
    internal bool ReturnsNow => CancellationBehavior == CancellationBehavior.ReturnBest && CancellationToken.IsCancellationRequested;

    /// <summary>Whether the weights of the best epoch may be wanted at the end.</summary>
    internal bool KeepsBest => WantsBest(cancelled: CancellationBehavior == CancellationBehavior.ReturnBest && CancellationToken.CanBeCanceled);

    /// <summary>Whether a run ends with the weights of the best epoch.</summary>
    internal bool WantsBest(bool cancelled) => cancelled || EarlyStopping is { RestoreBestWeights: true };

    /// <summary>Whom an error names: options that are nested in a trainer go by its name.</summary>
    protected string Owner => (GetType().DeclaringType ?? GetType()).Name;

    /// <summary>Throws when an option is out of its range, naming it, its value and the range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or does not go with another one.</exception>
    public virtual void Validate()
    {
        Require(Loss is not null, nameof(Loss), null, "a loss, for example new SoftmaxCrossEntropy() for classes or new MeanSquaredError() for numbers");
        Loss!.Validate();
        Optimizer?.Validate();
        Require(LearningRate is null or (> 0 and < double.PositiveInfinity), nameof(LearningRate), LearningRate, "a finite number above 0, for example 0.001, or null for that of the optimizer");
        Require(Schedule is not null, nameof(Schedule), null, "a schedule, for example new ExponentialDecay() or LearningRateSchedule.Constant");
        Schedule!.Validate();
        Guard.AtLeast(NumberOfEpochs ?? 1, 1, nameof(NumberOfEpochs), Owner);
        Guard.AtLeast(BatchSize ?? 1, 1, nameof(BatchSize), Owner);
        Guard.NotNegative(L1Regularization, nameof(L1Regularization), Owner);
        Guard.NotNegative(L2Regularization, nameof(L2Regularization), Owner);
        Guard.Limit(ClipValue, nameof(ClipValue), Owner);
        Guard.Limit(ClipNorm, nameof(ClipNorm), Owner);
        Guard.InRange(ValidationFraction, 0, 1, nameof(ValidationFraction), Owner);
        EarlyStopping?.Validate();
        Require(Enum.IsDefined(CancellationBehavior), nameof(CancellationBehavior), CancellationBehavior, "Throw or ReturnBest");
    }

    /// <summary>Throws unless a condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="wanted">What it must be, as the end of "but it must be …".</param>
    /// <exception cref="ArgumentOutOfRangeException">The condition does not hold.</exception>
    protected void Require(bool holds, string option, object? value, string wanted) => Guard.Require(holds, value, option, Owner, wanted);
}
