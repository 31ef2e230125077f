using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// A sweep over settings, told what to do call by call; made by <c>mlContext.GradientSweep()</c>. Immutable: each call gives a new one. Equal sweeps over equal rows give equal trials: seeds follow
/// from the sweep's seed and the trial's number, and the proposal of trial k depends, with n trials at once, on trials 1 to k − (2n − 1) alone.
/// </summary>
public sealed class GradientSweep
{
    /// <summary>Fewer rows than this are too few to choose among many trials by a part of them.</summary>
    public const int FewRows = 1000;

    private const double ValidationShare = 0.2;

    private readonly SweepSettings _settings;

    internal GradientSweep(SweepSettings settings) => _settings = settings;

    /// <summary>What is tried. Without this call: the space of the trainer.</summary>
    /// <param name="space">The space.</param>
    public GradientSweep Over(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Parameters.Count == 0 ? throw new ArgumentException("The space has no parameters: add some, such as Range(\"LearningRate\", 1e-4, 1e-1, logScale: true).", nameof(space)) : With(_settings with { Space = space });
    }

    /// <summary>One of our trainers, whose options the values set.</summary>
    /// <param name="trainer">The trainer, such as <see cref="SweepTrainer.Mlp"/>.</param>
    public GradientSweep Of(SweepTrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return With(_settings with { Trainer = trainer, Pipeline = null });
    }

    /// <summary>Any pipeline of ML.NET.</summary>
    /// <param name="pipeline">
    /// Makes the pipeline of a trial from its values; called once a trial and fold, on the trial's thread. Options of our trainers go through <see cref="TrialContext.Connect"/>, so that curves are
    /// known, hopeless trials pruned and stops obeyed at once.
    /// </param>
    public GradientSweep Of(Func<TrialContext, IEstimator<ITransformer>> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return With(_settings with { Trainer = null, Pipeline = pipeline });
    }

    /// <summary>Fixed transforms before the trials' pipelines: fitted once on the training rows (of each fold), their rows are kept in memory and shared by all trials.</summary>
    /// <param name="transforms">The transforms.</param>
    public GradientSweep After(IEstimator<ITransformer> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return With(_settings with { Transforms = transforms });
    }

    /// <summary>What is made as good as it can be. Without this call: the metric of the trainer.</summary>
    /// <param name="metric">The metric.</param>
    public GradientSweep Metric(SweepMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return With(_settings with { Metric = metric });
    }

    /// <summary>Who proposes. Without this call: <see cref="TreeParzenTuner"/>.</summary>
    /// <param name="tuner">The tuner.</param>
    public GradientSweep Tuner(Tuner tuner)
    {
        ArgumentNullException.ThrowIfNull(tuner);
        return With(_settings with { Tuner = tuner });
    }

    /// <summary>Who stops hopeless trials. Without this call: nobody.</summary>
    /// <param name="pruner">The pruner, such as <see cref="SuccessiveHalving"/>; null for nobody.</param>
    public GradientSweep Pruning(Pruner? pruner) => With(_settings with { Pruner = pruner });

    /// <summary>The number of trials, those of before a resume included. Without this call: 30, or as many as there is <see cref="Time"/> for.</summary>
    /// <param name="number">At least 1.</param>
    public GradientSweep Trials(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return With(_settings with { Trials = number });
    }

    /// <summary>The time of the whole sweep; what runs then is interrupted.</summary>
    /// <param name="limit">Above 0.</param>
    public GradientSweep Time(TimeSpan limit) => With(_settings with { Time = Positive(limit) });

    /// <summary>The time of a trial; its best weights by then are what it is scored by.</summary>
    /// <param name="limit">Above 0.</param>
    public GradientSweep TimePerTrial(TimeSpan limit) => With(_settings with { TimePerTrial = Positive(limit) });

    /// <summary>Trials at once. Without this call: 1.</summary>
    /// <param name="number">At least 1.</param>
    public GradientSweep Parallel(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return With(_settings with { Parallel = number });
    }

    /// <summary>Threads of all trials together; each has the number divided by that of trials at once, at least 1. Without this call: the cores.</summary>
    /// <param name="number">At least 1.</param>
    public GradientSweep Threads(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return With(_settings with { Threads = number });
    }

    /// <summary>
    /// Ends the sweep where the first trials all fail for the same reason, such as a column that is missing: the others would, too. What was begun before a resume does not count. Without this call: 5.
    /// </summary>
    /// <param name="number">At least 1; null to go on whatever happens.</param>
    public GradientSweep StopAfterSameFailures(int? number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number ?? 1, 1, nameof(number));
        return With(_settings with { MostSameFailures = number });
    }

    /// <summary>
    /// How clearly a trial must beat the first one of the space's start values, such as a trainer's defaults, in a cross-validation: its mean gain over the folds must be more than so many standard
    /// errors of the gains. Of the trials that do, the highest is the best; if none does, the first trial is. Without this call: √(2 ln n) for n trials with a score, 2.7 for 40: the highest of n scores that
    /// differ by luck alone lies below that. It concerns the choice at the end alone, not what is tried.
    /// </summary>
    /// <param name="standardErrors">At least 0, which takes the highest score in any case. The error takes into account that folds share rows to fit on.</param>
    /// <remarks>
    /// L. Breiman et al., "Classification and regression trees", 1984 (rule of one standard error); D. Donoho, I. Johnstone, "Ideal spatial adaptation by wavelet shrinkage", 1994 (√(2 ln n));
    /// C. Nadeau, Y. Bengio, "Inference for the generalization error", 2003 (error over folds).
    /// </remarks>
    public GradientSweep MinimumGain(double standardErrors) => standardErrors >= 0
        ? With(_settings with { MinimumGain = standardErrors })
        : throw new ArgumentOutOfRangeException(nameof(standardErrors), standardErrors, "The number of standard errors must be at least 0, for example 1.");

    /// <summary>The seed that everything follows from. Without this call: 0.</summary>
    /// <param name="seed">Any number.</param>
    public GradientSweep Seed(int seed) => With(_settings with { Seed = seed });

    /// <summary>A file of JSON lines that every trial and epoch is written to as it goes, so that a crash loses no finished trial; the best model is kept beside it, as <c>path.trialN.zip</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resume">Whether an existing file is gone on with, interrupted trials first; if not, an existing file is an error.</param>
    public GradientSweep Journal(string path, bool resume = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return With(_settings with { Store = new FileSweepStore(path), CheckpointPath = path, Resume = resume });
    }

    /// <summary>Is told every step; an exception that it throws ends the sweep.</summary>
    /// <param name="progress">Called one at a time, from the threads of the trials.</param>
    public GradientSweep Progress(Action<SweepProgress> progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return With(_settings with { Progress = _settings.Progress + progress });
    }

    /// <summary>Runs the sweep: trials are fitted on some rows and scored on others.</summary>
    /// <param name="train">Rows to fit on.</param>
    /// <param name="validation">Rows to score on, with the same columns.</param>
    /// <param name="cancellationToken">Ends the sweep within a batch; the result has what was found until then.</param>
    /// <exception cref="InvalidOperationException">The sweep has no pipeline, space or metric.</exception>
    /// <exception cref="ArgumentException">The space has a parameter that the trainer has no option for.</exception>
    /// <exception cref="InvalidDataException">The journal is of another sweep, or no journal; the message names the difference.</exception>
    /// <exception cref="IOException">The journal exists and is not to be resumed, is in use, or can't be written.</exception>
    public SweepResult Run(IDataView train, IDataView validation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        return Run(token => SweepData.Of(_settings, train, validation, token), cancellationToken);
    }

    /// <summary>
    /// Runs the sweep in the way that suits the number of rows: fewer than <see cref="FewRows"/> are cross-validated in five folds, see <see cref="CrossValidate"/>; of more, a fifth drawn by the seed
    /// validates. In either case keep rows to test the best model apart.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="cancellationToken">Ends the sweep within a batch; the result has what was found until then.</param>
    /// <inheritdoc cref="Run(IDataView, IDataView, CancellationToken)" path="/exception"/>
    public SweepResult Run(IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (SweepData.IsSmall(data))
        {
            return CrossValidate(data, cancellationToken: cancellationToken);
        }

        var parts = _settings.Context.Data.TrainTestSplit(data, ValidationShare, seed: _settings.Seed);
        return Run(parts.TrainSet, parts.TestSet, cancellationToken);
    }

    /// <summary>
    /// Runs the sweep with cross-validation: each trial is fitted once a fold, and scored by the mean. Pruning looks at the first fold. A trial that becomes the best one is fitted on all rows, which
    /// gives the model. The best one is the first trial unless it is beaten clearly, see <see cref="MinimumGain"/>.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="samplingKeyColumnName">Rows of one key stay together; null for none.</param>
    /// <param name="cancellationToken">Ends the sweep within a batch; the result has what was found until then.</param>
    /// <inheritdoc cref="Run(IDataView, IDataView, CancellationToken)" path="/exception"/>
    public SweepResult CrossValidate(IDataView data, int folds = 5, string? samplingKeyColumnName = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        return Run(token => SweepData.OfFolds(_settings, data, folds, samplingKeyColumnName, token), cancellationToken);
    }

    private SweepResult Run(Func<CancellationToken, SweepData> read, CancellationToken cancellationToken)
    {
        _settings.Check();
        SweepData data;
        JournalHeader? header;
        try
        {
            data = read(cancellationToken);
            header = _settings.Store is null && _settings.Role is null ? null : JournalHeader.Of(_settings, data, cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return new SweepResult { Space = _settings.SearchedSpace, Metric = _settings.SearchedMetric, Trials = [], End = SweepEnd.Cancelled };
        }

        return _settings.Role is { } role
            ? role(_settings, data, header!, cancellationToken)
            : new SweepRun(_settings, data, new LocalTrials(_settings, data)).Run(header, cancellationToken);
    }

    /// <summary>The sweep whose runs are a part of one over many processes.</summary>
    internal GradientSweep As(SweepRole role) => With(_settings with { Role = role });

    private static GradientSweep With(SweepSettings settings) => new(settings);

    private static TimeSpan Positive(TimeSpan limit) =>
        limit > TimeSpan.Zero && limit.TotalMilliseconds < uint.MaxValue ? limit : throw new ArgumentOutOfRangeException(nameof(limit), limit, "A limit of time must be above 0 and below 49 days.");
}
