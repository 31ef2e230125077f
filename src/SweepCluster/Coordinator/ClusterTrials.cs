using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Placement;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>Has the trials of a sweep trained by workers. A trial whose worker dies, leaves or is cut off goes to the next one that is free.</summary>
internal sealed class ClusterTrials : ITrialExecutor, ISiloStatusListener, IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly ClusterBackend _backend;
    private readonly SweepCoordinatorOptions _options;
    private readonly SweepSettings _settings;
    private readonly JournalHeader _header;
    private readonly bool _isCrossValidated;
    private readonly WorkerTable _workers;
    private readonly Dictionary<Guid, Attempt> _running = [];
    private readonly CancellationTokenSource _ended = new();
    private TaskCompletionSource<ClusterSilo> _silo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _keeping = Task.CompletedTask;

    public ClusterTrials(ClusterBackend backend, SweepCoordinatorOptions options, SweepSettings settings, SweepData data, JournalHeader header)
    {
        (_backend, _options, _settings, _header) = (backend, options, settings, header);
        _isCrossValidated = data.All is not null;
        _workers = new WorkerTable(options.OnWorkers);
    }

    public void Begin(IReadOnlyCollection<Trial> trials)
    {
        foreach (var trial in trials.Where(trial => trial.IsFinished))
        {
            _workers.Finish(trial.Number);
        }

        var silo = Start();
        _silo.SetResult(silo);
        _backend.Publish(_options.Name, new PublishedSweep(_options.Settings, LibraryVersion.Own, IsOver: false));
        _keeping = Task.Run(() => KeepAsync(silo));
    }

    public TrialOutcome Run(Trial trial, Trial? best, ITrialObserver observer, CancellationToken cancellationToken) =>
        Execute(trial, fitsAll: false, best?.Score, observer, cancellationToken);

    public TrialOutcome Complete(Trial trial, TrialOutcome outcome, CancellationToken cancellationToken)
    {
        if (!_isCrossValidated || outcome.State != TrialState.Completed)
        {
            return outcome;
        }

        var fitted = Execute(trial, fitsAll: true, null, new Nobody(), cancellationToken);
        return fitted.State == TrialState.Completed ? outcome : fitted;
    }

    public void Forget(int trial, bool keepsModel)
    {
        _workers.Finish(trial);
        foreach (string file in _settings.Store!.Files().Where(file => TrialCheckpoints.IsOf(trial, file)))
        {
            _settings.Store.Delete(file);
        }

        if (!keepsModel)
        {
            new TrialModels(_settings.Store).Remove(trial);
        }
    }

    public HelloAnswer Hello(Hello hello) =>
        _silo.Task is { IsCompletedSuccessfully: true } silo && silo.Result.Knows(hello.Worker) ? _workers.Hello(hello, Refusal) : new HelloAnswer(Welcome.Unknown, null, []);

    public void Leave(SiloAddress worker) => _workers.Leave(worker, SweepWorkerState.Left);

    public EpochAnswer Epoch(EpochMessage epoch)
    {
        Attempt? attempt;
        lock (_gate)
        {
            _running.TryGetValue(epoch.Attempt, out attempt);
        }

        return attempt?.Take(epoch) ?? new EpochAnswer(_workers.IsOver(epoch.Attempt) ? EpochVerdict.Drop : EpochVerdict.AskAgain);
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status.IsTerminating())
        {
            // Not on the thread of the membership's: the table may be busy.
            _ = Task.Run(() => _workers.Leave(updatedSilo, SweepWorkerState.Lost));
        }
    }

    /// <summary>Tells the workers that the sweep is over, and leaves.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _keeping.Wait();
        if (_silo.Task.IsCompletedSuccessfully)
        {
            try
            {
                _backend.Publish(_options.Name, new PublishedSweep(_options.Settings, LibraryVersion.Own, IsOver: true));
                _workers.End(EndPatience);
            }
            finally
            {
                _silo.Task.Result.Dispose();
            }
        }

        _ended.Dispose();
    }

    private TrialOutcome Execute(Trial trial, bool fitsAll, double? bestScore, ITrialObserver observer, CancellationToken cancellationToken)
    {
        var work = new TrialOrder(Guid.Empty, SiloAddress.Zero, trial.Number, trial.Values.ToJson(), trial.Seed, fitsAll, _settings.TimePerTrial, bestScore);
        Attempt? attempt = null;
        int lost = 0;
        while (true)
        {
            Place place;
            ClusterSilo silo;
            try
            {
                silo = Silo(cancellationToken);
                place = _workers.Acquire(work, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return new TrialOutcome(TrialState.Interrupted);
            }

            if (attempt?.Id != place.Attempt)
            {
                if (attempt is not null)
                {
                    observer.OnRestart();
                }

                attempt = new Attempt(place.Attempt, observer);
            }

            Run(attempt.Id, attempt);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt.Broken);
            var outcome = CallAsync(silo, work with { Attempt = place.Attempt, Worker = place.Worker }, stop.Token).GetAwaiter().GetResult();
            Run(attempt.Id, null);
            if (outcome is null && silo.Died.IsCompleted && !stop.IsCancellationRequested)
            {
                _workers.LoseSight(place);
                continue;
            }

            bool isFinished = outcome is { State: not TrialState.Interrupted };
            _workers.Release(place, isFinished && !fitsAll);
            attempt.ThrowIfBroken();
            if (isFinished)
            {
                return outcome!.ToOutcome();
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return new TrialOutcome(TrialState.Interrupted);
            }

            if (outcome is null && ++lost > _options.MostLostWorkers)
            {
                return new TrialOutcome(TrialState.Failed, Reason: FormattableString.Invariant($"It has lost {lost} workers, each of which was killed or cut off while it ran there: it may be too large for them."));
            }
        }
    }

    /// <summary>Has an attempt run, and waits for its end. A call that fails is made once more, if its worker is alive.</summary>
    /// <returns>Its outcome; null where the worker is lost, or has not stopped in time.</returns>
    private static async Task<OutcomeMessage?> CallAsync(ClusterSilo silo, TrialOrder order, CancellationToken cancellationToken)
    {
        bool hasFailed = false;
        bool isStopping = false;
        while (true)
        {
            try
            {
                RequestContext.Set(IPlacementDirector.PlacementHintKey, order.Worker);
                var call = silo.Grains.GetGrain<ITrialGrain>(order.Attempt).Run(order);
                var outcome = isStopping ? await call.WaitAsync(StopPatience, CancellationToken.None) : await call.WaitAsync(cancellationToken);
                if (outcome is not null)
                {
                    return outcome;
                }

                hasFailed = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !isStopping)
            {
                isStopping = true;
                _ = silo.Grains.GetGrain<ITrialGrain>(order.Attempt).Stop();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                if (hasFailed || isStopping || silo.Died.IsCompleted || silo.Oracle.GetApproximateSiloStatus(order.Worker) != SiloStatus.Active)
                {
                    return null;
                }

                hasFailed = true;
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private string? Refusal(Hello hello)
    {
        if (LibraryVersion.Refusal(hello.Version, LibraryVersion.Own) is { } reason)
        {
            return reason;
        }

        using var facts = JsonDocument.Parse(hello.Facts!);
        return _header.Difference(facts.RootElement) is var (name, there, here)
            ? $"its sweep is another one: {name} is {there} there, and {here} at the coordinator. Give it the same rows and settings."
            : null;
    }

    /// <summary>Starts the silo anew where the others have declared it dead.</summary>
    private async Task KeepAsync(ClusterSilo silo)
    {
        while (true)
        {
            try
            {
                await silo.Died.WaitAsync(_ended.Token);
                _silo = new TaskCompletionSource<ClusterSilo>(TaskCreationOptions.RunContinuationsAsynchronously);
                silo.Dispose();
                while (true)
                {
                    try
                    {
                        silo = Start();
                        _silo.SetResult(silo);
                        break;
                    }
                    catch (IOException)
                    {
                        await Task.Delay(Pause, _ended.Token);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private ClusterSilo Start()
    {
        var silo = ClusterSilo.Start(_backend, _options, "coordinator", typeof(TrialGrain), services => services.AddSingleton(this), _ended.Token);
        silo.Oracle.SubscribeToSiloStatusEvents(this);
        _workers.Begin(() => silo.Oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(address => !address.Equals(silo.Address)));
        return silo;
    }

    private ClusterSilo Silo(CancellationToken cancellationToken)
    {
        var silo = _silo.Task;
        silo.Wait(cancellationToken);
        return silo.Result;
    }

    private void Run(Guid id, Attempt? attempt)
    {
        lock (_gate)
        {
            if (attempt is null)
            {
                _running.Remove(id);
            }
            else
            {
                _running[id] = attempt;
            }
        }
    }

    /// <summary>An attempt that somebody waits for, and what it has told.</summary>
    private sealed class Attempt(Guid id, ITrialObserver observer)
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _breaking = new();
        private int _sequence;
        private EpochAnswer? _answer;
        private ExceptionDispatchInfo? _broken;

        public Guid Id => id;

        /// <summary>Cancelled when the books can't go on.</summary>
        public CancellationToken Broken => _breaking.Token;

        public EpochAnswer Take(EpochMessage epoch)
        {
            lock (_gate)
            {
                if (epoch.Sequence == _sequence && _answer is not null)
                {
                    return _answer;
                }

                try
                {
                    string? reason = observer.OnEpoch(epoch.ToEpoch(), epoch.Fold);
                    _answer = reason is null ? new EpochAnswer(EpochVerdict.Continue) : new EpochAnswer(EpochVerdict.Prune, reason);
                }
                catch (Exception exception)
                {
                    // The books can't go on: that ends the sweep, on the thread that waits for the attempt.
                    _broken = ExceptionDispatchInfo.Capture(exception);
                    _ = _breaking.CancelAsync();
                    _answer = new EpochAnswer(EpochVerdict.Drop);
                }

                _sequence = epoch.Sequence;
                return _answer;
            }
        }

        public void ThrowIfBroken()
        {
            lock (_gate)
            {
                _broken?.Throw();
            }
        }
    }

    private sealed class Nobody : ITrialObserver
    {
        public string? OnEpoch(Kernels.EpochRecord epoch, int fold) => null;

        public void OnRestart()
        {
        }
    }
}
