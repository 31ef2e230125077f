namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>Where an attempt at a trial is to run.</summary>
internal readonly record struct Place(SiloAddress Worker, Guid Attempt);

/// <summary>The workers of a sweep and what they have in hand. Trials wait here for one that is free.</summary>
/// <param name="onChange">Is told of the workers when something has changed.</param>
internal sealed class WorkerTable(Action<IReadOnlyList<SweepWorker>>? onChange)
{
    private readonly object _gate = new();
    private readonly Dictionary<SiloAddress, Entry> _workers = [];

    /// <summary>Attempts that are over, or given up: nobody waits for them.</summary>
    private readonly HashSet<Guid> _over = [];
    private readonly HashSet<int> _finished = [];
    private Func<IEnumerable<SiloAddress>> _silos = () => [];
    private bool _isSettled;
    private bool _isSweepOver;

    /// <summary>
    /// The coordinator is there, for the first time or again. It gives no trial to anybody before all who were there have told what they have in hand, or are known for dead: they may run it already.
    /// </summary>
    /// <param name="silos">The workers' silos that are alive.</param>
    public void Begin(Func<IEnumerable<SiloAddress>> silos)
    {
        lock (_gate)
        {
            _silos = silos;
            _isSettled = false;
            Changed();
        }
    }

    /// <summary>A place for a trial: where it runs already, else a worker that is free. Waits for one.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Place Acquire(TrialOrder work, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(Pulse);
        lock (_gate)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryAcquire(work) is { } place)
                {
                    return place;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>A place for a trial; null where there is none at the moment.</summary>
    public Place? TryAcquire(TrialOrder work)
    {
        lock (_gate)
        {
            if ((Running(work) ?? Free()) is not { } place)
            {
                return null;
            }

            _workers[place.Worker].Assigned[place.Attempt] = work.Trial;
            Changed();
            return place;
        }
    }

    /// <summary>An attempt is over, in whatever way; the worker is free for another.</summary>
    /// <param name="place">Where it was.</param>
    /// <param name="isFinished">Whether the trial was finished by it.</param>
    public void Release(Place place, bool isFinished)
    {
        lock (_gate)
        {
            _over.Add(place.Attempt);
            if (_workers.TryGetValue(place.Worker, out var worker))
            {
                worker.Assigned.Remove(place.Attempt);
                worker.Finished += isFinished ? 1 : 0;
            }

            Changed();
        }
    }

    /// <summary>The coordinator's own silo is gone, with all calls: an attempt may still run, and is looked for again.</summary>
    public void LoseSight(Place place)
    {
        lock (_gate)
        {
            if (_workers.TryGetValue(place.Worker, out var worker))
            {
                worker.Assigned.Remove(place.Attempt);
            }
        }
    }

    /// <summary>A trial is in the books.</summary>
    public void Finish(int trial)
    {
        lock (_gate)
        {
            _finished.Add(trial);
        }
    }

    /// <summary>Whether nobody waits for an attempt.</summary>
    public bool IsOver(Guid attempt)
    {
        lock (_gate)
        {
            return _over.Contains(attempt);
        }
    }

    /// <summary>Takes what a worker tells.</summary>
    /// <param name="hello">What it tells.</param>
    /// <param name="refusal">Why it can't be one; null if it can. Called where it is new and has told its facts.</param>
    public HelloAnswer Hello(Hello hello, Func<Hello, string?> refusal)
    {
        lock (_gate)
        {
            if (!_workers.TryGetValue(hello.Worker, out var worker))
            {
                if (_isSweepOver)
                {
                    return new HelloAnswer(Welcome.Over, null, []);
                }

                if (hello.Facts is null)
                {
                    return new HelloAnswer(Welcome.Unknown, null, []);
                }

                worker = new Entry(hello) { Refusal = refusal(hello) };

                // A worker that comes back takes the place of the one that it was.
                foreach (var (address, before) in _workers.Where(pair => pair.Value.Name == hello.Name && pair.Value.State != SweepWorkerState.Joined).ToArray())
                {
                    worker.Finished += before.Finished;
                    _workers.Remove(address);
                }

                _workers.Add(hello.Worker, worker);
            }

            worker.State = worker.Refusal is null ? SweepWorkerState.Joined : SweepWorkerState.Refused;
            worker.Work = hello.Work;
            Changed();
            if (_isSweepOver)
            {
                worker.KnowsTheEnd = true;
                return new HelloAnswer(Welcome.Over, null, []);
            }

            return worker.Refusal is { } reason ? new HelloAnswer(Welcome.Refused, reason, []) : new HelloAnswer(Welcome.Accepted, null, [.. worker.Work.Select(work => work.Order).Where(IsUnwanted).Select(order => order.Attempt)]);
        }
    }

    /// <summary>A worker takes no more trials.</summary>
    public void Leave(SiloAddress address, SweepWorkerState state)
    {
        lock (_gate)
        {
            if (_workers.TryGetValue(address, out var worker) && worker.State == SweepWorkerState.Joined)
            {
                worker.State = state;
                worker.Work = [];
            }

            Changed();
        }
    }

    /// <summary>The sweep is over: waits until the workers know it, for some time.</summary>
    public void End(TimeSpan patience)
    {
        lock (_gate)
        {
            _isSweepOver = true;
            long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (_workers.Values.Any(worker => worker is { State: SweepWorkerState.Joined, KnowsTheEnd: false }) && end - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)left);
            }
        }
    }

    private void Pulse()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private Place? Running(TrialOrder wanted) => _workers.Values
        .Where(worker => worker.State == SweepWorkerState.Joined)
        .SelectMany(worker => worker.Work)
        .Where(work => work.Order.IsSameWork(wanted) && !_over.Contains(work.Order.Attempt) && !IsAssigned(work.Order.Attempt))
        .Select(work => (Place?)new Place(work.Order.Worker, work.Order.Attempt))
        .FirstOrDefault();

    private Place? Free()
    {
        if (!_isSettled && !_silos().All(_workers.ContainsKey))
        {
            return null;
        }

        _isSettled = true;
        return _workers.Where(pair => pair.Value.State == SweepWorkerState.Joined && InHand(pair.Value).Count < pair.Value.Slots)
            .OrderBy(pair => InHand(pair.Value).Count)
            .ThenBy(pair => pair.Value.Name, StringComparer.Ordinal)
            .Select(pair => (Place?)new Place(pair.Key, Guid.NewGuid()))
            .FirstOrDefault();
    }

    /// <summary>Attempts that take a worker's time.</summary>
    private Dictionary<Guid, int> InHand(Entry worker)
    {
        var all = new Dictionary<Guid, int>(worker.Assigned);
        foreach (var work in worker.Work.Where(work => !work.IsDone && !IsUnwanted(work.Order)))
        {
            all[work.Order.Attempt] = work.Order.Trial;
        }

        return all;
    }

    private bool IsUnwanted(TrialOrder order) =>
        _over.Contains(order.Attempt) || (!IsAssigned(order.Attempt) && (_finished.Contains(order.Trial) || _workers.Values.Any(worker => worker.Assigned.ContainsValue(order.Trial))));

    private bool IsAssigned(Guid attempt) => _workers.Values.Any(worker => worker.Assigned.ContainsKey(attempt));

    private void Changed()
    {
        Monitor.PulseAll(_gate);
        onChange?.Invoke([.. _workers.OrderBy(pair => pair.Value.Name, StringComparer.Ordinal).Select(pair => new SweepWorker(
            pair.Value.Name, pair.Key.Endpoint.ToString(), pair.Value.State, pair.Value.Slots, [.. InHand(pair.Value).Values.Order()], pair.Value.Finished))]);
    }

    private sealed class Entry(Hello hello)
    {
        public string Name { get; } = hello.Name;

        public int Slots { get; } = hello.Slots;

        public SweepWorkerState State { get; set; }

        public string? Refusal { get; init; }

        public WorkInHand[] Work { get; set; } = [];

        public Dictionary<Guid, int> Assigned { get; } = [];

        public int Finished { get; set; }

        public bool KnowsTheEnd { get; set; }
    }
}
