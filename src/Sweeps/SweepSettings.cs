using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a <see cref="GradientSweep"/> has been told.</summary>
internal sealed record SweepSettings(MLContext Context)
{
    /// <summary>Trials where neither their number nor the time is limited.</summary>
    public const int UsualTrials = 30;

    public const int UsualSameFailures = 5;

    public SearchSpace? Space { get; init; }

    public SweepTrainer? Trainer { get; init; }

    public Func<TrialContext, IEstimator<ITransformer>>? Pipeline { get; init; }

    public IEstimator<ITransformer>? Transforms { get; init; }

    public SweepMetric? Metric { get; init; }

    public Tuner Tuner { get; init; } = new TreeParzenTuner();

    public Pruner? Pruner { get; init; }

    public int? Trials { get; init; }

    public TimeSpan? Time { get; init; }

    public TimeSpan? TimePerTrial { get; init; }

    public int Parallel { get; init; } = 1;

    public int Threads { get; init; } = Environment.ProcessorCount;

    public int Seed { get; init; }

    /// <summary>Where the journal is kept; null for none.</summary>
    public ISweepStore? Store { get; init; }

    /// <summary>What the paths of the trials' checkpoints begin with; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>What a run of the sweep does with its rows, where that is not all of it in this process.</summary>
    public SweepRole? Role { get; init; }

    public bool Resume { get; init; }

    /// <summary>Failures for one reason after which a sweep of nothing else ends; null to go on.</summary>
    public int? MostSameFailures { get; init; } = UsualSameFailures;

    public double? MinimumGain { get; init; }

    public Action<SweepProgress>? Progress { get; init; }

    /// <summary>The last trial's number.</summary>
    public int MostTrials => Trials ?? (Time is null ? UsualTrials : int.MaxValue);

    public int ThreadsPerTrial => Math.Max(1, Threads / Parallel);

    /// <summary>
    /// How many numbers a proposal looks behind its own: trial k depends on trials 1 to k − this, which must be finished. 1 for one at a time; for n at once 2n − 1, so that a slow trial lets others
    /// go on.
    /// </summary>
    public int Lag => (2 * Parallel) - 1;

    public SearchSpace SearchedSpace => Space ?? Trainer?.Space ?? throw new InvalidOperationException("The sweep has no space: call Over(space) before Run.");

    public SweepMetric SearchedMetric => Metric ?? Trainer?.Metric ?? throw new InvalidOperationException("The sweep has no metric: call Metric(SweepMetric.Accuracy()), or another one, before Run.");

    /// <summary>What is the same in all trials, in words.</summary>
    public string Description => Trainer?.ToCSharp(ParameterValues.Empty) ?? "a pipeline of the caller's";

    /// <summary>A trial's pipeline without the fixed transforms.</summary>
    public IEstimator<ITransformer> Create(TrialContext trial) => Trainer?.Create(trial) ?? Pipeline!(trial);

    /// <summary>The pipeline of values as C# to paste.</summary>
    public string Code(ParameterValues values)
    {
        const string Usings = "using Microsoft.ML;\nusing MLNet.GradientTrainers;\nusing MLNet.GradientTrainers.Kernels;\n\n";
        string transforms = Transforms is null ? "" : "transforms.Append(";
        return Trainer is not null
            ? $"{Usings}{(Transforms is null ? "" : "// transforms: those that the sweep was given by After.\n")}var pipeline = {transforms}{Trainer.ToCSharp(values)}{(Transforms is null ? "" : ")")};\n"
            : $"// The values of the pipeline that the sweep was given by Of.\n{string.Concat(values.Select(pair => FormattableString.Invariant($"// {pair.Key} = {pair.Value}\n")))}";
    }

    /// <exception cref="InvalidOperationException">Something is missing, or does not fit together.</exception>
    public void Check()
    {
        if (Trainer is null && Pipeline is null)
        {
            throw new InvalidOperationException("The sweep has no pipeline: call Of(SweepTrainer.Mlp()), or Of with a function that makes the pipeline of a trial, before Run.");
        }

        _ = SearchedMetric;
        Trainer?.Check(SearchedSpace);
    }
}

/// <summary>The part of a program that says the same sweep as others in a sweep over many of them.</summary>
/// <param name="settings">The sweep.</param>
/// <param name="data">Its rows.</param>
/// <param name="header">Which sweep it is.</param>
/// <param name="cancellationToken">Ends the part.</param>
internal delegate SweepResult SweepRole(SweepSettings settings, SweepData data, JournalHeader header, CancellationToken cancellationToken);
