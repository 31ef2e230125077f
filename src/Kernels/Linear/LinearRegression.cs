namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Linear regression by gradient descent: full-batch, mini-batch or one row at a time. Weights, products and sums are in double; features may be in single.
/// For the gradient g of a batch's loss, w ← w − rate · g, or what the optimizer makes of it. Thread-safe: a run has its own state.
/// </summary>
/// <remarks>
/// Where rows weigh differently, a batch's gradient is Σ weightᵢ · gradientᵢ / (rows of the batch · mean weight of all rows): its expectation is the gradient over
/// all rows. A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847; H. Robbins, S. Monro, "A stochastic approximation
/// method", 1951.
/// </remarks>
public sealed class LinearRegression
{
    private readonly LinearOptions _options;

    /// <summary>Prepares a regression.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LinearRegression(LinearOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options with { };
        options.Validate();
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="data">The rows to learn from.</param>
    /// <param name="start">The weights to start from; null for zeros.</param>
    /// <param name="validation">Data to measure after each epoch, which then takes the place of <see cref="DescentOptions.ValidationFraction"/>; null for none.</param>
    /// <param name="checkpoints">Where the run keeps its state, and finds that of one that was broken off; null for nowhere. Of several processes only the first one's is used; the others go on from its state.</param>
    /// <param name="communicator">
    /// The processes that train together, each with all rows, the same options and the same start; null for this one alone. They divide passes over all rows, and batches that are worth a message, and all come to the bits that one
    /// process comes to alone.
    /// </param>
    /// <exception cref="CommunicationException">Another process has failed, ended or fallen silent.</exception>
    /// <exception cref="FormatException">What <paramref name="checkpoints"/> has is damaged, or of another run: the message says how, as the end of a sentence.</exception>
    /// <exception cref="ArgumentException">The start or the validation data does not fit the data, or the data holds a number that is infinite or NaN.</exception>
    /// <exception cref="DivergenceException">
    /// A loss or weight became infinite or NaN, or the loss kept growing. The message names a learning rate that the data allows.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled, and <see cref="CancellationBehavior.Throw"/> is set.</exception>
    public LinearResult Run(LinearData data, LinearModel? start = null, LinearData? validation = null, ICheckpointStore? checkpoints = null, Communicator? communicator = null) =>
        Share(Chosen(), communicator, checkpoints, (own, store, processes) =>
        {
            LinearTask task = LinearTask.Of(own, data, start, validation);
            using LinearSession session = new(own, task.Data, task.Rows, task.Validation, task.ValidationRows, task.Start, checkpoints: store, processes: processes);
            return session.Run();
        });

    /// <summary>The learning rates that the data allows for these settings.</summary>
    /// <param name="data">The rows to learn from.</param>
    /// <param name="start">The weights to start from; null for zeros. It matters for losses whose curvature varies.</param>
    /// <exception cref="ArgumentException">The start does not fit the data.</exception>
    public LearningRateLimit EstimateLearningRate(LinearData data, LinearModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        start = LinearTask.CheckedStart(data, start);
        return LearningRateLimit.Estimate(LinearKernel.Create(data, _options.Loss), data, LinearTask.AllRows(data), Chosen(), start);
    }

    /// <summary>The loss of a model over all rows, and its root mean squared error.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The rows.</param>
    /// <exception cref="ArgumentException">The model does not fit the data.</exception>
    public EvaluationResult Evaluate(LinearModel model, LinearData data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        model = LinearTask.CheckedStart(data, model);
        using FullPass pass = new(LinearKernel.Create(data, _options.Loss), LinearTask.AllRows(data), data.Width, _options.NumberOfThreads ?? 0);
        LinearSums sums = pass.Measure([.. model.Weights, model.Bias]);
        return new EvaluationResult(sums.Reduced(_options.Loss), sums.RootMeanSquaredError);
    }

    /// <summary>Runs with other processes: with options that end all of them after the same step, and the first one's checkpoints. One that fails tells the others.</summary>
    internal static LinearResult Share(LinearOptions options, Communicator? communicator, ICheckpointStore? checkpoints, Func<LinearOptions, ICheckpointStore?, SharedRun?, LinearResult> run)
    {
        if (communicator is null)
        {
            return run(options, checkpoints, null);
        }

        using SharedRun processes = new(communicator, options.CancellationToken);
        try
        {
            return run(options with { CancellationToken = processes.Token }, new SharedCheckpoints(communicator, checkpoints), processes);
        }
        catch (Exception error) when (error is not (DivergenceException or CommunicationException) && !processes.Token.IsCancellationRequested)
        {
            // What all processes come to alike ends all of them; the rest they have to be told.
            communicator.Fail(error.Message);
            throw;
        }
    }

    private LinearOptions Chosen() => _options with { Optimizer = _options.Optimizer ?? new Sgd(), NumberOfEpochs = _options.NumberOfEpochs ?? LinearOptions.DefaultNumberOfEpochs, BatchSize = _options.BatchSize ?? int.MaxValue };
}
