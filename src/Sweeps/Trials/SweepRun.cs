using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>One run of a sweep: hands out trials to as many threads as run at once, and keeps the books. All that is shared is behind one lock.</summary>
internal sealed class SweepRun
{
    private readonly Lock _gate = new();
    private readonly SweepSettings _settings;
    private readonly SweepData _data;
    private readonly ITrialExecutor _executor;
    private readonly SearchSpace _space;
    private readonly SweepMetric _metric;
    private readonly TrialChoice _choice;
    private readonly ParameterValues[] _start;
    private readonly SortedDictionary<int, Trial> _trials = [];
    private readonly Queue<int> _interrupted = new();

    // What is known of trials that go on: their epochs up to the one that is told next.
    private readonly Dictionary<int, IReadOnlyList<EpochRecord>> _before = [];
    private readonly HashSet<string> _proposed = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private SweepJournal? _journal;
    private BestModel? _best;
    private bool _exhausted;
    private string? _failure;
    private int _failures;
    private bool _othersEndedOtherwise;
    private ExceptionDispatchInfo? _fatal;
    private CancellationTokenSource? _source;

    public SweepRun(SweepSettings settings, SweepData data, ITrialExecutor executor)
    {
        _settings = settings;
        _data = data;
        _executor = executor;
        _space = settings.SearchedSpace;
        _metric = settings.SearchedMetric;
        _choice = new TrialChoice(_metric, _space.Start.Count > 0, settings.MinimumGain);
        _start = [.. _space.Start.Distinct()];
    }

    /// <param name="header">Of the journal; null without one.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    public SweepResult Run(JournalHeader? header, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _source = source;
        if (header is not null)
        {
            _journal = SweepJournal.Open(_settings.Store!, _settings.Resume, header, _space);
        }

        using var journal = _journal;
        _best = new BestModel(_settings, _data);
        Restore();
        if (_settings.Time is { } limit)
        {
            source.CancelAfter(limit);
        }

        var threads = Enumerable.Range(0, Math.Min(_settings.Parallel, _settings.MostTrials)).Select(i => new Thread(Work) { IsBackground = true, Name = $"Sweep {i + 1}" }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        _fatal?.Throw();
        return Result(cancellationToken);
    }

    private SweepResult Result(CancellationToken cancellationToken)
    {
        var result = new SweepResult
        {
            Space = _space,
            Metric = _metric,
            Trials = [.. _trials.Values],
            End = cancellationToken.IsCancellationRequested ? SweepEnd.Cancelled : _source!.IsCancellationRequested ? SweepEnd.TimeOver : FailsAlike ? SweepEnd.SameFailure : _exhausted ? SweepEnd.SpaceExhausted : SweepEnd.TrialsDone,
            Duration = (_journal?.Before ?? TimeSpan.Zero) + _clock.Elapsed,
            MinimumGain = _settings.MinimumGain,
            Tuner = _settings.Tuner.Name,
            Pruner = _settings.Pruner?.Name ?? "",
        };
        return result.Best is not { } best ? result : result with
        {
            BestCode = _settings.Code(best.Values),
            BestModel = _best!.Of(best),
            Refitting = (rows, token) => _data.FitAll(best, rows, _settings.Threads, token),
        };
    }

    /// <summary>Takes the trials of the journal.</summary>
    private void Restore()
    {
        foreach (var trial in _journal?.Trials ?? [])
        {
            _trials.Add(trial.Number, trial);
            _proposed.Add(trial.Values.ToJson());
            if (!trial.IsFinished)
            {
                _interrupted.Enqueue(trial.Number);
            }
        }

        _executor.Begin(_trials.Values);
    }

    private void Work()
    {
        try
        {
            while (Next() is { } trial)
            {
                var clock = Stopwatch.StartNew();
                var outcome = _executor.Run(trial, BestSoFar(), new Observer(this, trial.Number), _source!.Token);
                var time = outcome.Duration ?? clock.Elapsed;
                Finish(trial.Number, IsWanted(trial, outcome) ? _executor.Complete(trial, outcome, _source.Token) : outcome, time);
            }
        }
        catch (Exception exception)
        {
            // The tuner's, a callback's or the journal's: the sweep can't go on.
            _fatal ??= ExceptionDispatchInfo.Capture(exception is SweepAbortedException { InnerException: { } cause } ? cause : exception);
            _source!.Cancel();
        }
    }

    /// <summary>The next trial, begun; null when there is none. Waits where it depends on trials that still run.</summary>
    private Trial? Next()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_source!.IsCancellationRequested || _exhausted || FailsAlike)
                {
                    return null;
                }

                if (_interrupted.TryDequeue(out int number))
                {
                    var again = _trials[number];
                    _before[number] = again.Epochs;
                    return Begin(new Trial(number, again.Values, again.Seed));
                }

                number = _trials.Count + 1;
                if (number > _settings.MostTrials)
                {
                    return null;
                }

                if (!MustWait(number))
                {
                    if (Propose(number) is { } values)
                    {
                        return Begin(new Trial(number, values, TrialSeeds.Training(_settings.Seed, number)));
                    }

                    _exhausted = true;
                    return null;
                }
            }

            // Rare, and short beside a trial.
            Thread.Sleep(1);
        }
    }

    private bool MustWait(int number) =>
        (_settings.Tuner.LooksBack || _settings.Pruner is { IsReproducible: true })
        && _trials.Values.TakeWhile(trial => trial.Number <= number - _settings.Lag).Any(trial => !trial.IsFinished);

    private ParameterValues? Propose(int number) => number <= _start.Length ? _start[number - 1] : _settings.Tuner.Propose(new TunerRequest(
        _space, number, _settings.Seed, _metric, Known(number), values => !_proposed.Contains(values.ToJson())));

    /// <summary>The trials that a proposal or a decision of a trial may depend on.</summary>
    private Trial[] Known(int number) => [.. _trials.Values.TakeWhile(trial => trial.Number <= number - _settings.Lag).Where(trial => trial.IsFinished)];

    private Trial Begin(Trial trial)
    {
        trial = trial with { Started = DateTimeOffset.UtcNow };
        _trials[trial.Number] = trial;
        _proposed.Add(trial.Values.ToJson());
        _journal?.Started(trial);
        Tell(SweepEvent.TrialStarted, trial);
        return trial;
    }

    private string? Report(int number, EpochRecord epoch, int fold)
    {
        lock (_gate)
        {
            var trial = fold == 0 ? GoOn(_trials[number], epoch.Epoch) : _trials[number];
            bool isKept = fold == 0 && (EpochThinning.Keeps(epoch.Epoch) || _settings.Pruner?.LooksAt(epoch.Epoch) == true);
            trial = trial with
            {
                EpochsTrained = trial.EpochsTrained + 1,
                Epochs = isKept ? ((ImmutableList<EpochRecord>)trial.Epochs).Add(epoch) : trial.Epochs,
            };
            _trials[number] = trial;
            _journal?.Epoch(trial, epoch, isKept);
            Tell(SweepEvent.EpochFinished, trial);
            return isKept && _settings.Pruner is { } pruner
                ? pruner.Decide(trial, pruner.IsReproducible ? Known(number) : [.. _trials.Values.Where(other => other.Number != number && other.State != TrialState.Interrupted)], _metric)
                : null;
        }
    }

    /// <summary>A trial begins again in mid-sweep; its values and seed are what they were.</summary>
    private void Restart(int number)
    {
        lock (_gate)
        {
            var trial = _trials[number];
            if (trial.Epochs.Count > 0)
            {
                // Else what is known is still what was known before the last time.
                _before[number] = trial.Epochs;
            }

            Begin(new Trial(number, trial.Values, trial.Seed));
        }
    }

    private Trial? BestSoFar()
    {
        lock (_gate)
        {
            return _choice.Best(_trials.Values);
        }
    }

    /// <summary>A trial that was interrupted with the epochs of before, when the first one is told that its checkpoint has left.</summary>
    private Trial GoOn(Trial trial, int next)
    {
        if (!_before.Remove(trial.Number, out var before))
        {
            return trial;
        }

        foreach (var epoch in before.Where(epoch => epoch.Epoch < next))
        {
            trial = trial with { EpochsTrained = epoch.Epoch, Epochs = ((ImmutableList<EpochRecord>)trial.Epochs).Add(epoch) };
            _journal?.Epoch(trial, epoch, isKept: true);
        }

        return trial with { EpochsTrained = next - 1 };
    }

    private void Finish(int number, TrialOutcome outcome, TimeSpan duration)
    {
        lock (_gate)
        {
            var trial = After(_trials[number], outcome) with { Duration = duration };
            if (trial.IsFinished && trial.Epochs.Count == 0 && _before.TryGetValue(number, out var all) && all.Count > 0)
            {
                // Nothing was left to train, or to tell.
                trial = GoOn(trial, all[^1].Epoch + 1);
            }

            _trials[number] = trial;
            Count(trial);
            if (trial.IsFinished)
            {
                int? best = _choice.Best(_trials.Values)?.Number;
                bool isKept = _best!.Keeps(number, best == number);
                if (isKept)
                {
                    _best.Keep(trial, outcome.Model);
                }

                _journal?.Finished(trial);
                _executor.Forget(number, isKept);
                if (isKept && best is { } kept)
                {
                    _best.DropOthers(kept);
                }
            }

            Tell(SweepEvent.TrialFinished, trial);
        }
    }

    private static Trial After(Trial trial, TrialOutcome outcome) => trial with { State = outcome.State, Score = outcome.Score, FoldScores = outcome.FoldScores, Reason = outcome.Reason };

    /// <summary>Whether the model of a trial is wanted: of the best one so far, and of the first, which becomes the best again where the more trials the less clear another one is.</summary>
    private bool IsWanted(Trial trial, TrialOutcome outcome)
    {
        lock (_gate)
        {
            return _best!.Keeps(trial.Number, _choice.Best(_trials.Values.Where(other => other.Number != trial.Number).Append(After(trial, outcome)))?.Number == trial.Number);
        }
    }

    /// <summary>Whether all trials of this run have failed for one reason, and enough to see that the others will.</summary>
    private bool FailsAlike => !_othersEndedOtherwise && _failures >= _settings.MostSameFailures;

    private void Count(Trial trial)
    {
        if (trial.State != TrialState.Failed || (_failure is not null && _failure != trial.Reason))
        {
            _othersEndedOtherwise = true;
            return;
        }

        _failure = trial.Reason;
        _failures++;
    }

    private void Tell(SweepEvent what, Trial trial) =>
        _settings.Progress?.Invoke(new SweepProgress(what, trial, [.. _trials.Values], _choice.Best(_trials.Values), _clock.Elapsed));

    /// <summary>What goes wrong in the books is no failure of a trial.</summary>
    private static T Guarded<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception)
        {
            throw new SweepAbortedException(exception);
        }
    }

    /// <summary>Takes how one trial goes into the books.</summary>
    private sealed class Observer(SweepRun run, int trial) : ITrialObserver
    {
        public string? OnEpoch(EpochRecord epoch, int fold) => Guarded(() => run.Report(trial, epoch, fold));

        public void OnRestart() => run.Restart(trial);
    }
}
