using Microsoft.ML.AutoML;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// Keeps the results of all trials, but the model of the best one alone: that of a trial that is not, or no longer, the best is let go. Give it to <c>SetMonitor</c> after <c>SetPipeline</c>, which
/// sets AutoML's own one; that keeps every model.
/// </summary>
/// <param name="inner">Is told the same, a trial's model still there; null for nobody.</param>
public sealed class BestModelMonitor(IMonitor? inner = null) : IMonitor
{
    private readonly Lock _gate = new();
    private readonly List<TrialResult> _trials = [];
    private readonly List<(TrialSettings Settings, Exception? Exception)> _failures = [];
    private TrialResult? _best;

    /// <summary>The best trial so far with its model; null before the first.</summary>
    public TrialResult? Best
    {
        get
        {
            lock (_gate)
            {
                return _best;
            }
        }
    }

    /// <summary>The results so far, in order.</summary>
    public IReadOnlyList<TrialResult> Trials
    {
        get
        {
            lock (_gate)
            {
                return [.. _trials];
            }
        }
    }

    /// <summary>The trials that failed, and why.</summary>
    public IReadOnlyList<(TrialSettings Settings, Exception? Exception)> Failures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures];
            }
        }
    }

    /// <inheritdoc/>
    public void ReportRunningTrial(TrialSettings settings) => inner?.ReportRunningTrial(settings);

    /// <inheritdoc/>
    public void ReportCompletedTrial(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        inner?.ReportCompletedTrial(result);
        lock (_gate)
        {
            _trials.Add(result);

            // By AutoML's own rule for the best trial, which it tells right after.
            if (!(result.Loss < (_best?.Loss ?? double.MaxValue)))
            {
                result.Model = null!;
            }
        }
    }

    /// <inheritdoc/>
    public void ReportBestTrial(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        inner?.ReportBestTrial(result);
        lock (_gate)
        {
            if (_best is not null && !ReferenceEquals(_best, result))
            {
                _best.Model = null!;
            }

            _best = result;
        }
    }

    /// <inheritdoc/>
    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
    {
        inner?.ReportFailTrial(settings, exception);
        lock (_gate)
        {
            _failures.Add((settings, exception));
        }
    }
}
