using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a pipeline of one trial is made from.</summary>
public sealed class TrialContext
{
    private readonly Action<EpochRecord> _onEpoch;
    private readonly Func<string?>? _nextCheckpoint;

    internal TrialContext(MLContext context, Trial trial, int numberOfThreads, IDataView? validation, Action<EpochRecord> onEpoch, CancellationToken cancellationToken, Func<string?>? nextCheckpoint = null)
    {
        MLContext = context;
        Trial = trial;
        NumberOfThreads = numberOfThreads;
        Validation = validation;
        CancellationToken = cancellationToken;
        _onEpoch = onEpoch;
        _nextCheckpoint = nextCheckpoint;
    }

    /// <summary>A context of this trial's own, with its seed; built-in trainers that it makes stop when the trial is to stop.</summary>
    public MLContext MLContext { get; }

    /// <summary>The trial.</summary>
    public Trial Trial { get; }

    /// <summary>What to try.</summary>
    public ParameterValues Values => Trial.Values;

    /// <summary>Threads for this trial: the sweep's, divided by the trials at once.</summary>
    public int NumberOfThreads { get; }

    /// <summary>The validation rows as they come from the fixed transforms; null when all rows are fitted for good.</summary>
    public IDataView? Validation { get; }

    /// <summary>Ends the trial: it is pruned, its time is over, or the sweep's.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Epochs that the trainer was asked for; null where the rows decide.</summary>
    internal int? NumberOfEpochs { get; private set; }

    /// <summary>Whether a trainer of the pipeline looks at <see cref="CancellationToken"/>.</summary>
    internal bool IsConnected { get; private set; }

    /// <summary>Tells the sweep of an epoch, for the curve and for pruning.</summary>
    /// <param name="epoch">The epoch.</param>
    public void Report(EpochRecord epoch) => _onEpoch(epoch);

    /// <summary>
    /// Makes options of our trainers part of the trial: its seed, threads, token and validation rows, and a callback behind the options' own that tells of each epoch. A trial that is stopped
    /// returns the best weights so far; one of a sweep with a journal keeps a checkpoint beside it, from which it goes on when the sweep is resumed. Values are set by the caller, or by <see cref="SweepTrainer"/>.
    /// </summary>
    /// <typeparam name="TOptions">Type of the options.</typeparam>
    /// <param name="options">The options; they are changed.</param>
    /// <param name="validate">
    /// Whether the trainer is to validate on <see cref="Validation"/>, without which nothing is pruned. False where the pipeline has transforms of its own before the trainer, which those rows have
    /// not gone through.
    /// </param>
    /// <returns>The same options.</returns>
    public TOptions Connect<TOptions>(TOptions options, bool validate = true)
        where TOptions : DescentOptions, ITrainerInput
    {
        ArgumentNullException.ThrowIfNull(options);
        IsConnected = true;
        NumberOfEpochs = options.NumberOfEpochs;
        options.Join(Trial.Seed, NumberOfThreads, CancellationBehavior.ReturnBest, CancellationToken);
        options.OnEpoch += _onEpoch;
        options.CheckpointPath = _nextCheckpoint?.Invoke();
        if (validate && Validation is not null && options.ValidationSet is null && options.ValidationFraction == 0)
        {
            options.ValidationSet = Validation;
        }

        return options;
    }
}
