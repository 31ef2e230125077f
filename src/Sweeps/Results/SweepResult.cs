using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a sweep has found.</summary>
public sealed record SweepResult
{
    /// <summary>The space that was searched.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>What was made as good as it could be.</summary>
    public required SweepMetric Metric { get; init; }

    /// <summary>All trials by number, those of before a resume as well.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>Why the sweep ended.</summary>
    public required SweepEnd End { get; init; }

    /// <summary>How long it took, with the runs before a resume.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The tuner's name.</summary>
    public string Tuner { get; init; } = "";

    /// <summary>The pruner's name; empty for none.</summary>
    public string Pruner { get; init; } = "";

    /// <summary>The best pipeline as C# to paste, or null where no trial was completed.</summary>
    public string? BestCode { get; init; }

    /// <summary>Standard errors by which a trial had to beat the first one; null for as many as the number of trials asks for. See <see cref="GradientSweep.MinimumGain(double)"/>.</summary>
    public double? MinimumGain { get; init; }

    /// <summary>
    /// The best completed trial; null where there is none. After a cross-validation it is the highest of those that beat the first trial clearly, see
    /// <see cref="GradientSweep.MinimumGain(double)"/>, or the first one where none does; <see cref="BestReason"/> then tells. Otherwise the one that scored highest.
    /// </summary>
    public Trial? Best => Choice.Best(Trials);

    /// <summary>Why <see cref="Best"/> is not the trial that scored highest; null where it is.</summary>
    public string? BestReason => Choice.Reason(Trials);

    /// <summary>The trials from the highest to the worst: completed ones by score, then stopped ones by how far they came, then failed ones.</summary>
    public IReadOnlyList<Trial> Leaderboard => TrialRanking.Order(Trials, Metric);

    /// <summary>Epochs of all trials together.</summary>
    public long EpochsTrained => Trials.Sum(trial => (long)trial.EpochsTrained);

    /// <summary>
    /// How much each parameter matters, the most important first: η² of H = (H − k + 1) / (n − k), at least 0, where H is the statistic of Kruskal and Wallis for the places on the leaderboard of the
    /// n trials that have a value of it, in k groups: options of a choice, and up to four equal parts, of four trials at least, of the values of a range. It is multiplied by the part of all trials
    /// that these n are, so that what hangs on an option that few trials took does not come first by their luck. About the share of all places' variance that the parameter explains alone. It tells
    /// nothing of parameters that work together, and tuners try good values more often. Parameters with fewer than eight trials or one group are left out.
    /// </summary>
    /// <remarks>W. Kruskal, W. Wallis, "Use of ranks in one-criterion variance analysis", 1952; M. Tomczak, E. Tomczak, "The need to report effect size estimates revisited", 2014.</remarks>
    public IReadOnlyList<ParameterImportance> Importances => KruskalWallis.Of(Space, Leaderboard);

    /// <summary>The best trial's model: an ordinary transformer, with the fixed transforms before it. After a cross-validation it is fitted on all rows.</summary>
    /// <exception cref="InvalidOperationException">No trial was completed; the message tells why.</exception>
    public ITransformer Model => BestModel?.Value ?? throw new InvalidOperationException(NoModel());

    internal Lazy<ITransformer>? BestModel { get; init; }

    internal Func<IDataView, CancellationToken, ITransformer>? Refitting { get; init; }

    /// <summary>Fits the best pipeline anew, transforms included, for instance on the training and validation rows together.</summary>
    /// <param name="data">The rows, with the columns of the sweep's.</param>
    /// <param name="cancellationToken">Ends the fit.</param>
    /// <exception cref="InvalidOperationException">No trial was completed.</exception>
    public ITransformer Refit(IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Refitting is null || Best is null ? throw new InvalidOperationException(NoModel()) : Refitting(data, cancellationToken);
    }

    private TrialChoice Choice => new(Metric, Space.Start.Count > 0, MinimumGain);

    private string NoModel() => Trials.FirstOrDefault(trial => trial.State == TrialState.Failed) is { } failed
        ? $"No trial of {Trials.Count} was completed. The first that failed, number {failed.Number}: {failed.Reason}{(End == SweepEnd.SameFailure ? " All failed for this reason, so the sweep was ended (StopAfterSameFailures)." : "")}"
        : $"No trial of {Trials.Count} was completed ({End}). Give the sweep more time or trials.";
}
