using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What a job prepares a run from.</summary>
public sealed class TrainingContext
{
    private readonly CheckpointFiles _checkpoints;
    private readonly EpochTold _onEpoch;
    private readonly List<string> _settings = [];

    internal TrainingContext(TrainingRun run, MLContext context, IServiceProvider services, int numberOfThreads, CheckpointFiles checkpoints, EpochTold onEpoch, CancellationToken cancellationToken)
    {
        Run = run;
        MLContext = context;
        Services = services;
        NumberOfThreads = numberOfThreads;
        CancellationToken = cancellationToken;
        _checkpoints = checkpoints;
        _onEpoch = onEpoch;
    }

    /// <summary>A context of this run's own, with its seed. What its components tell goes to the service's log; ML.NET's own trainers that it makes stop when the run is to stop.</summary>
    public MLContext MLContext { get; }

    /// <summary>The run.</summary>
    public TrainingRun Run { get; }

    /// <summary>The services of the run's scope.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The seed of the training.</summary>
    public int Seed => Run.Seed;

    /// <summary>What the caller who asked for the run told it.</summary>
    public IReadOnlyDictionary<string, string> Parameters => Run.Request.Parameters;

    /// <summary>Threads of this run.</summary>
    public int NumberOfThreads { get; }

    /// <summary>Ends the run: it is cancelled, or the service is stopped.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Settings of the trainers that went through <see cref="Connect"/>.</summary>
    internal string? Settings => _settings.Count == 0 ? null : string.Join("; ", _settings);

    /// <summary>A checkpoint file of this run for another trainer that knows checkpoints, each time another one in the same order; null where <see cref="GradientTrainingOptions.StateFolder"/> is. It is removed when the run is over.</summary>
    public string? NextCheckpointPath() => _checkpoints.Next();

    /// <summary>
    /// Makes options of our trainers part of the run: its seed, threads, token and checkpoint, and a callback behind the options' own that tells of each epoch. A run with several trainers connects the options of each,
    /// always in the same order.
    /// </summary>
    /// <typeparam name="TOptions">Type of the options.</typeparam>
    /// <param name="options">The options; they are changed. A seed, threads and the path of a checkpoint that are set stay.</param>
    /// <returns>The same options.</returns>
    public TOptions Connect<TOptions>(TOptions options)
        where TOptions : DescentOptions, ITrainerInput
    {
        ArgumentNullException.ThrowIfNull(options);
        _settings.Add(CSharpText.Of(options));
        options.Join(Seed, NumberOfThreads, CancellationBehavior.Throw, CancellationToken);
        _checkpoints.Connect(options);
        int? epochs = options.NumberOfEpochs;
        options.OnEpoch += epoch => _onEpoch(epoch, epochs);
        return options;
    }

    /// <summary>Tells of an epoch of a trainer that is not ours.</summary>
    /// <param name="epoch">The epoch; what is not known is NaN.</param>
    /// <param name="numberOfEpochs">Epochs that there will be; null for unknown.</param>
    public void Report(EpochRecord epoch, int? numberOfEpochs = null) => _onEpoch(epoch, numberOfEpochs);
}

/// <summary>Told of an epoch.</summary>
internal delegate void EpochTold(EpochRecord epoch, int? numberOfEpochs);
