using System.Diagnostics;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>What a worker has in hand: attempts at trials that it runs, and outcomes that nobody has taken yet.</summary>
internal sealed class WorkerTrials : IDisposable
{
    /// <summary>How long an attempt that is stopped still tells of an epoch that it has trained, so that its last checkpoint can be gone on from.</summary>
    private static readonly TimeSpan TellPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SweepSettings _settings;
    private readonly SweepData _data;
    private readonly CheckpointExchange _checkpoints;
    private readonly Func<EpochMessage, CancellationToken, Task<EpochAnswer>> _tell;
    private readonly Dictionary<Guid, Attempt> _attempts = [];
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Trial> _finished = [];

    /// <param name="settings">The sweep, as this program says it.</param>
    /// <param name="data">Its rows.</param>
    /// <param name="checkpoints">Where checkpoints come from and go to.</param>
    /// <param name="tell">Tells the coordinator of an epoch.</param>
    public WorkerTrials(SweepSettings settings, SweepData data, CheckpointExchange checkpoints, Func<EpochMessage, CancellationToken, Task<EpochAnswer>> tell) =>
        (_settings, _data, _checkpoints, _tell) = (settings with { CheckpointPath = checkpoints.Path }, data, checkpoints, tell);

    /// <summary>The trials that were finished here, in order.</summary>
    public IReadOnlyList<Trial> Finished
    {
        get
        {
            lock (_gate)
            {
                return [.. _finished];
            }
        }
    }

    public WorkInHand[] InHand()
    {
        lock (_gate)
        {
            return [.. _attempts.Values.Select(attempt => new WorkInHand(attempt.Order, attempt.Outcome.IsCompleted))];
        }
    }

    /// <summary>Begins an attempt, or joins it.</summary>
    /// <returns>Its outcome.</returns>
    public Task<OutcomeMessage> Run(TrialOrder order)
    {
        lock (_gate)
        {
            if (!_attempts.TryGetValue(order.Attempt, out var attempt))
            {
                var source = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
                attempt = new Attempt(order, source, Task.Factory.StartNew(() => Run(order, source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
                _attempts.Add(order.Attempt, attempt);
            }

            return attempt.Outcome;
        }
    }

    /// <summary>Stops an attempt.</summary>
    public void Stop(Guid id)
    {
        Attempt? attempt;
        lock (_gate)
        {
            _attempts.TryGetValue(id, out attempt);
        }

        attempt?.Source.Cancel();
    }

    /// <summary>Stops attempts that nobody waits for, and forgets them once they are over.</summary>
    public void Drop(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            Stop(id);
            lock (_gate)
            {
                if (_attempts.TryGetValue(id, out var attempt) && attempt.Outcome.IsCompleted)
                {
                    _attempts.Remove(id);
                    attempt.Source.Dispose();
                }
            }
        }
    }

    /// <summary>Stops all attempts, and waits until they are over and their checkpoints are where others find them.</summary>
    public void StopAll()
    {
        _stopped.Cancel();
        Task[] all;
        lock (_gate)
        {
            all = [.. _attempts.Values.Select(attempt => attempt.Outcome)];
        }

        Task.WaitAll(all);
    }

    public void Dispose()
    {
        StopAll();
        _stopped.Dispose();
    }

    private OutcomeMessage Run(TrialOrder order, CancellationTokenSource source)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var trial = new Trial(order.Trial, _settings.SearchedSpace.Read(order.Values), order.Seed) { Started = DateTimeOffset.UtcNow };
            var settings = _settings with { TimePerTrial = order.TimeLimit };
            TrialOutcome outcome;
            if (order.FitsAll)
            {
                outcome = new LocalTrials(settings, _data).Complete(trial, new TrialOutcome(TrialState.Completed), source.Token);
            }
            else
            {
                using var exchange = _checkpoints.Begin(order);
                int sequence = 0;
                outcome = TrialRunner.Run(settings with { CheckpointPath = exchange.Path }, _data, trial, (epoch, fold) => Tell(EpochMessage.Of(order.Attempt, ++sequence, fold, epoch), exchange, source), source.Token);
                exchange.End(goesOn: outcome.State == TrialState.Interrupted);
            }

            if (outcome.Model is { } model && (order.FitsAll || IsWorthKeeping(order, outcome)))
            {
                new TrialModels(_settings.Store!).Save(settings.Context, order.Trial, model);
            }

            if (!order.FitsAll && outcome.State != TrialState.Interrupted)
            {
                lock (_gate)
                {
                    _finished.Add(trial with { State = outcome.State, Score = outcome.Score, FoldScores = outcome.FoldScores, Reason = outcome.Reason, Duration = clock.Elapsed });
                }
            }

            return OutcomeMessage.Of(outcome, clock.Elapsed);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The space can't read the values, or the store is out of reach: another worker may do better.
            return OutcomeMessage.Of(new TrialOutcome(TrialState.Interrupted, Reason: exception.Message), clock.Elapsed);
        }
    }

    /// <summary>A trial that was worse than the best one when it began never becomes the best.</summary>
    private bool IsWorthKeeping(TrialOrder order, TrialOutcome outcome) =>
        order.BestScore is not { } best || !_settings.SearchedMetric.IsBetter(best, outcome.Score ?? double.NaN);

    private string? Tell(EpochMessage epoch, CheckpointExchange.Trial exchange, CancellationTokenSource source)
    {
        // Before the epoch is in the books, so that who goes on finds the epochs that it does not train again.
        exchange.Send();
        EpochAnswer answer;
        using var late = new CancellationTokenSource();
        using var stop = source.Token.Register(() => late.CancelAfter(TellPatience));
        try
        {
            answer = _tell(epoch, late.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            exchange.Hold();
            return null;
        }

        if (answer.Verdict == EpochVerdict.Drop)
        {
            exchange.Hold();
            source.Cancel();
        }

        return answer.Verdict == EpochVerdict.Prune ? answer.Reason : null;
    }

    private sealed record Attempt(TrialOrder Order, CancellationTokenSource Source, Task<OutcomeMessage> Outcome);
}
