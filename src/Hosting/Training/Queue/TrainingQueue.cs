using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The queue: takes runs on, hands them to those that run them, and tells of what happens to them.</summary>
internal sealed class TrainingQueue : ITrainingQueue
{
    private readonly Lock _lock = new();
    private readonly List<TrainingRun> _waiting = [];
    private readonly List<TrainingRun> _running = [];
    private readonly List<TrainingRun> _finished = [];
    private readonly Dictionary<string, JobHistory> _histories = [];
    private readonly HashSet<string> _jobs;
    private readonly IOptionsMonitor<TrainingJobOptions> _jobOptions;
    private readonly GradientTrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TrainingEvents _events;
    private readonly ChangeSignal _changed = new();
    private string? _path;
    private bool _isStopping;

    public TrainingQueue(
        IEnumerable<TrainingJobRegistration> jobs, IOptionsMonitor<TrainingJobOptions> jobOptions, IOptions<GradientTrainingOptions> options, TimeProvider time, ILogger<TrainingQueue> logger, TrainingEvents events, TrainingMetrics metrics)
    {
        _jobs = [.. jobs.Select(job => job.Name)];
        _jobOptions = jobOptions;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _events = events;
        metrics.Observe(this);
    }

    public IReadOnlyCollection<string> Jobs => _jobs;

    public IReadOnlyList<TrainingRun> Pending
    {
        get
        {
            lock (_lock)
            {
                return [.. _running, .. _waiting];
            }
        }
    }

    public IReadOnlyList<TrainingRun> Finished
    {
        get
        {
            lock (_lock)
            {
                return [.. Enumerable.Reverse(_finished)];
            }
        }
    }

    /// <summary>How many wait, and how many run.</summary>
    public (int Waiting, int Running) Counts
    {
        get
        {
            lock (_lock)
            {
                return (_waiting.Count, _running.Count);
            }
        }
    }

    public TrainingRun Enqueue(string job, TrainingRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!_jobs.Contains(job))
        {
            throw new ArgumentException($"There is no training job '{job}': {(_jobs.Count == 0 ? "none is registered" : $"there is {string.Join(", ", _jobs.Order())}")}.", nameof(job));
        }

        request = (request ?? new TrainingRequest()).Own();
        var options = _jobOptions.Get(job);
        lock (_lock)
        {
            if (_isStopping)
            {
                throw new TrainingRefusedException(TrainingRefusal.Stopping, $"The training job '{job}' was not queued: the service is about to end.");
            }

            if (request.OnlyWhenIdle && (_running.Find(run => run.Job == job) ?? _waiting.Find(run => run.Job == job)) is { } other)
            {
                throw new TrainingRefusedException(TrainingRefusal.Busy, $"The training job '{job}' was not queued: a run of it, {other.Id}, {(_running.Contains(other) ? "runs" : "waits")}, and the request is for an idle job only.");
            }

            if (_waiting.Find(run => run.Job == job && run.Request.Equals(request.Seed, request.Parameters)) is { } equal)
            {
                return options.WhenQueued == WhenQueued.Merge
                    ? equal
                    : throw new TrainingRefusedException(TrainingRefusal.AlreadyQueued, $"The training job '{job}' was not queued: a run of it, {equal.Id}, waits already.");
            }

            if (_waiting.Count >= _options.QueueCapacity)
            {
                throw new TrainingRefusedException(TrainingRefusal.QueueFull, $"The training job '{job}' was not queued: {_waiting.Count} runs wait already, as many as may. Try again later, or raise {nameof(GradientTrainingOptions)}.{nameof(GradientTrainingOptions.QueueCapacity)}.");
            }

            int seed = request.Seed ?? options.Seed ?? Random.Shared.Next();
            var now = _time.GetUtcNow();
            var run = new TrainingRun(Guid.CreateVersion7(now).ToString("N"), job, request, seed, now, attempts: 0, Cancelled);
            TakeOn(run);
            Save();
            return run;
        }
    }

    public TrainingRun? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Pending.Concat(Finished).FirstOrDefault(run => run.Id == id);
    }

    public IAsyncEnumerable<TrainingEvent> ReadEventsAsync(long? after = null, CancellationToken cancellationToken = default) => _events.ReadAsync(after, cancellationToken);

    /// <summary>How the runs of a job ended.</summary>
    public JobHistory History(string job)
    {
        lock (_lock)
        {
            return _histories.GetValueOrDefault(job, JobHistory.Empty);
        }
    }

    /// <summary>Takes on what an earlier process left, before all that was asked for since, and keeps the queue in the file from now on.</summary>
    public void Load(string? path)
    {
        lock (_lock)
        {
            _path = path;
            TrainingRun[] asked = [.. _waiting];
            _waiting.Clear();
            foreach (var saved in QueueState.Read(path, _logger))
            {
                if (!_jobs.Contains(saved.Job))
                {
                    _logger.UnknownJob(saved.Job, saved.Id);
                    continue;
                }

                var run = new TrainingRun(saved.Id, saved.Job, saved.Request, saved.Seed, saved.QueuedAt, saved.Attempts, Cancelled);
                TakeOn(run);
                if (run.Attempts >= _options.MaxAttempts)
                {
                    _waiting.Remove(run);
                    End(run, new TrainingResult(TrainingStatus.Failed, $"it was started {run.Attempts} times, and the process ended before it did each time"));
                }
            }

            _waiting.AddRange(asked);
            Save();
        }
    }

    /// <summary>Waits for a run whose job does not run yet, and begins it.</summary>
    public async Task<TrainingRun> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_isStopping)
                {
                    throw new OperationCanceledException("The service is about to end.");
                }

                if (_waiting.Find(run => !_running.Exists(other => other.Job == run.Job)) is { } next)
                {
                    _waiting.Remove(next);
                    _running.Add(next);
                    next.Attempts++;
                    next.StartedAt = _time.GetUtcNow();
                    Save();
                    _events.Tell(next, new TrainingStarted(next.Attempts, next.Seed, _options.ThreadsPerRun));
                    return next;
                }

                changed = _changed.Next;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a run.</summary>
    public void End(TrainingRun run, TrainingResult result)
    {
        lock (_lock)
        {
            if (run.Result is not null)
            {
                return;
            }

            var now = _time.GetUtcNow();
            run.Finish(result, now);
            _histories[run.Job] = History(run.Job).With(result, now);
            if (result.Status == TrainingStatus.Interrupted)
            {
                // It stays in the file, as one that has done no harm.
                run.Attempts = 0;
            }
            else
            {
                _running.Remove(run);
                _waiting.Remove(run);
                _finished.Add(run);
                _finished.RemoveRange(0, Math.Max(0, _finished.Count - _options.KeptRuns));
            }

            Save();
            _events.Tell(run, Event(result));
            _changed.Tell();
        }

        run.Complete();
    }

    /// <summary>Takes no more runs on. Those that wait go on after a restart, if at all.</summary>
    public void Stop()
    {
        TrainingRun[] waiting;
        lock (_lock)
        {
            if (_isStopping)
            {
                // The files may be another process's by now.
                return;
            }

            _isStopping = true;
            waiting = [.. _waiting];

            // A trainer that does not end in time has done no harm either.
            _running.ForEach(run => run.Attempts = 0);
            Save();
        }

        foreach (var run in waiting)
        {
            End(run, new TrainingResult(TrainingStatus.Interrupted, "the service ended before it began"));
        }
    }

    private void TakeOn(TrainingRun run)
    {
        _waiting.Add(run);
        _events.Tell(run, new TrainingQueued(run.Request.Reason, _waiting.Count - 1));
        _changed.Tell();
    }

    private void Cancelled(TrainingRun run)
    {
        lock (_lock)
        {
            if (_waiting.Contains(run))
            {
                End(run, new TrainingResult(TrainingStatus.Cancelled, "it was cancelled while it waited"));
            }
        }
    }

    private TrainingEvent Event(TrainingResult result) => result.Status switch
    {
        TrainingStatus.Published => new TrainingPublished(result.Version!.Number, result.Reason),
        TrainingStatus.Rejected => new TrainingRejected(result.Reason),
        TrainingStatus.Cancelled => new TrainingCancelled(result.Reason),
        TrainingStatus.Interrupted => new TrainingInterrupted(_path is not null),
        _ => new TrainingFailed(result.Reason),
    };

    private void Save() => QueueState.Write(_path, _running.Concat(_waiting), _logger);
}
