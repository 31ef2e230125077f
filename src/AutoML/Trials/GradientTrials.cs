using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>What the runners of one experiment share: AutoML makes a new runner for each trial.</summary>
internal sealed class GradientTrials(Pruner? pruner, string? journalPath, bool resume, TimeSpan? timePerTrial)
{
    private readonly Lock _gate = new();
    private AutoMLSpace? _space;
    private SweepMetric? _metric;
    private TrialBook? _book;

    public TimeSpan? TimePerTrial => timePerTrial;

    public AutoMLSpace Space(TrialServices services)
    {
        lock (_gate)
        {
            return _space ??= new AutoMLSpace(services.Settings.SearchSpace);
        }
    }

    public SweepMetric Metric(TrialServices services)
    {
        lock (_gate)
        {
            return _metric ??= EpochFigures.Of(services.Metric.MetricName, services.Metric.IsMaximize);
        }
    }

    public TrialBook Book(TrialServices services)
    {
        var (space, metric) = (Space(services).Searched, Metric(services));
        lock (_gate)
        {
            int seed = services.Settings.Seed ?? 0;
            return _book ??= new TrialBook(journalPath, resume, Header(services, space, metric, seed), space, metric, pruner, seed);
        }
    }

    private JournalHeader Header(TrialServices services, SearchSpace space, SweepMetric metric, int seed) => journalPath is null ? new JournalHeader([], []) : new JournalHeader(
        [
            ("pipeline", string.Join(", ", services.Pipeline.Estimators.Keys.Order(StringComparer.Ordinal))),
            ("metric", metric.Name),
            ("seed", FormattableString.Invariant($"{seed}")),
            .. space.All().Select(pair => ($"parameter {pair.Name}", pair.Parameter.Describe())),
            .. services.Folds(null).SelectMany((fold, i) => new[]
            {
                (FormattableString.Invariant($"training rows of fold {i + 1}"), DataFingerprint.Of(fold.Train)),
                (FormattableString.Invariant($"validation rows of fold {i + 1}"), DataFingerprint.Of(fold.Validation)),
            }),
        ],
        [("pruner", pruner?.Name ?? "none")]);
}
