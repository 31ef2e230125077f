using System.Collections.Immutable;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// The trials of an experiment, in a journal where there is one. AutoML numbers its trials anew in each run, and a tuner that is reproducible proposes the same again: a finished trial of the journal
/// is known by its values, and each one counts once.
/// </summary>
internal sealed class TrialBook
{
    private readonly SortedDictionary<int, Trial> _trials = [];
    private readonly HashSet<int> _heard = [];
    private readonly FileSweepStore? _store;
    private readonly JournalHeader _header;
    private readonly SearchSpace _space;
    private readonly SweepMetric _metric;
    private readonly Pruner? _pruner;
    private readonly int _seed;
    private double? _best;

    /// <summary>Makes the book of an experiment, and reads its journal.</summary>
    /// <exception cref="InvalidDataException">The journal is of another experiment, or no journal.</exception>
    /// <exception cref="IOException">The journal exists and is not to be resumed, is in use, or can't be written.</exception>
    public TrialBook(string? path, bool resume, JournalHeader header, SearchSpace space, SweepMetric metric, Pruner? pruner, int seed)
    {
        (_header, _space, _metric, _pruner, _seed) = (header, space, metric, pruner, seed);
        if (path is not null)
        {
            _store = new FileSweepStore(path);
            Models = new TrialModels(_store);
            using var journal = SweepJournal.Open(_store, resume, header, space);
            foreach (var trial in journal.Trials)
            {
                _trials.Add(trial.Number, trial);
            }
        }
    }

    /// <summary>
    /// The models of trials that were the best when they were finished, since in a resumed experiment each of them is the best for a while again: of n trials in random order about ln n. Null without a journal.
    /// </summary>
    public TrialModels? Models { get; }

    /// <summary>The journal for the time of one trial: an experiment does not tell when it is over.</summary>
    public SweepJournal? Open() => _store is null ? null : SweepJournal.Open(_store, resume: true, _header, _space);

    /// <summary>A trial of an earlier run with these values, of which this run has not heard yet; null for none.</summary>
    public Trial? Find(ParameterValues values) => _trials.Values.FirstOrDefault(trial => !_heard.Contains(trial.Number) && trial.Values.Equals(values));

    /// <summary>Counts a trial of an earlier run as one of this run.</summary>
    public void Take(Trial trial)
    {
        _heard.Add(trial.Number);
        Hear(trial);
    }

    /// <summary>Whether a score is better than all that AutoML has heard of in this run: then its trial is the best one, whose model is asked for.</summary>
    public bool IsBest(double score) => _best is not { } best || _metric.IsBetter(score, best);

    /// <summary>Begins a trial: one of an earlier run with these values again, or a new one.</summary>
    public Trial Begin(ParameterValues values, SweepJournal? journal)
    {
        int number = Find(values)?.Number ?? (_trials.Count == 0 ? 1 : _trials.Keys.Last() + 1);
        var trial = new Trial(number, values, _seed) { Started = DateTimeOffset.UtcNow };
        _heard.Add(number);
        _trials[number] = trial;
        journal?.Started(trial);
        return trial;
    }

    /// <summary>Takes an epoch in.</summary>
    /// <returns>Why the trial is to be pruned; null to go on.</returns>
    public string? Report(int number, EpochRecord epoch, bool isFirstFold, SweepJournal? journal)
    {
        var trial = _trials[number];
        bool isKept = isFirstFold && (EpochThinning.Keeps(epoch.Epoch) || _pruner?.LooksAt(epoch.Epoch) == true);
        trial = trial with
        {
            EpochsTrained = trial.EpochsTrained + 1,
            Epochs = isKept ? ((ImmutableList<EpochRecord>)trial.Epochs).Add(epoch) : trial.Epochs,
        };
        _trials[number] = trial;
        journal?.Epoch(trial, epoch, isKept);
        return isKept ? _pruner?.Decide(trial, [.. _trials.Values.Where(other => other.Number != number && other.State != TrialState.Interrupted)], _metric) : null;
    }

    /// <summary>Ends a trial. One that was interrupted stays unfinished in the journal.</summary>
    public Trial Finish(int number, TrialState state, double? score, string? reason, TimeSpan duration, SweepJournal? journal, Action<Trial>? beforeRecord = null)
    {
        var trial = _trials[number] with { State = state, Score = score, Reason = reason, Duration = duration };
        _trials[number] = trial;
        if (trial.IsFinished)
        {
            beforeRecord?.Invoke(trial);
            journal?.Finished(trial);
        }

        Hear(trial);
        return trial;
    }

    private void Hear(Trial trial)
    {
        if (trial.Score is { } score && IsBest(score))
        {
            _best = score;
        }
    }
}
