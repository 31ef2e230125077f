using Microsoft.Extensions.DependencyInjection;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>A worker of a sweep, from joining it to leaving it. Where its silo is declared dead, it joins again with another one; where the coordinator is away, it goes on with what it has in hand.</summary>
internal sealed class ClusterWorker : IDisposable
{
    /// <summary>Between two hellos.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(1);

    private readonly ClusterBackend _backend;
    private readonly SweepWorkerOptions _options;
    private readonly string _facts;
    private readonly CheckpointExchange _checkpoints;
    private readonly WorkerTrials _trials;
    private ClusterSilo? _silo;
    private string _told = "";

    public ClusterWorker(ClusterBackend backend, SweepWorkerOptions options, SweepSettings settings, SweepData data, JournalHeader header)
    {
        (_backend, _options) = (backend, options);
        _facts = header.ToJson();
        var store = backend.Store(options.Name);
        _checkpoints = new CheckpointExchange(options, store);
        _trials = new WorkerTrials(settings with { Store = store, Parallel = options.TrialsAtOnce }, data, _checkpoints, TellAsync);
    }

    /// <summary>The trials that were finished here.</summary>
    public IReadOnlyList<Trial> Finished => _trials.Finished;

    /// <summary>Works until the sweep is over.</summary>
    /// <exception cref="InvalidDataException">The coordinator refuses this worker; the message tells why.</exception>
    /// <exception cref="IOException">The cluster can't be joined.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            RunAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LeaveAsync().GetAwaiter().GetResult();
        }
    }

    public void Dispose()
    {
        _trials.Dispose();
        _silo?.Dispose();
        _checkpoints.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        bool isUnknown = true;
        while (_backend.Published(_options.Name) is not { } published || !published.IsToBeJoined())
        {
            Tell("There is no sweep to work for yet: waiting for its coordinator.");
            await Task.Delay(Interval, cancellationToken);
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_silo is not { Died.IsCompleted: false } silo)
            {
                silo = Rejoin(cancellationToken);
                isUnknown = true;
            }

            try
            {
                var answer = await Coordinator(silo).Hello(new Hello(silo.Address, _options.WorkerName, _options.TrialsAtOnce, isUnknown ? _facts : null, LibraryVersion.Own, _trials.InHand())).WaitAsync(cancellationToken);
                bool hasTold = isUnknown;
                isUnknown = answer.Welcome == Welcome.Unknown;
                switch (answer.Welcome)
                {
                    case Welcome.Accepted:
                        Tell("Joined the sweep.");
                        _trials.Drop(answer.Drop);
                        break;
                    case Welcome.Refused:
                        throw PublishedSweep.Refused(answer.Reason);
                    case Welcome.Over:
                        Tell("The sweep is over.");
                        return;
                    default:
                        if (!hasTold)
                        {
                            continue;
                        }

                        break;
                }
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or InvalidDataException or OutOfMemoryException))
            {
                // One of another version that has taken its place may not have understood the call.
                if (_backend.Published(_options.Name) is { } published && !published.IsToBeJoined())
                {
                    Tell("The sweep is over.");
                    return;
                }

                Tell("The coordinator is away: waiting for it.");
            }

            await Task.WhenAny(silo.Died, Task.Delay(Interval, cancellationToken));
        }
    }

    /// <summary>Hands back what is in hand: no more trials come, and who waits for one has its checkpoint.</summary>
    private async Task LeaveAsync()
    {
        if (_silo is not { } silo)
        {
            return;
        }

        try
        {
            await Coordinator(silo).Leave(silo.Address).WaitAsync(LeavePatience);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // It is away; it will find out.
        }

        _trials.StopAll();

        // The calls that wait for the outcomes take them before the silo goes.
        await Task.Delay(Interval / 2);
    }

    /// <summary>Tells the coordinator of an epoch, until it has taken it.</summary>
    private async Task<EpochAnswer> TellAsync(EpochMessage epoch, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_silo is { Died.IsCompleted: false } silo
                    && await Coordinator(silo).Epoch(epoch).WaitAsync(cancellationToken) is { Verdict: not EpochVerdict.AskAgain } answer)
                {
                    return answer;
                }
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
            {
                // The coordinator is away.
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private ClusterSilo Rejoin(CancellationToken cancellationToken)
    {
        if (_silo is { } dead)
        {
            Tell("Was cut off from the others: joining again.");
            dead.Dispose();
        }

        return _silo = ClusterSilo.Start(_backend, _options, _options.WorkerName, typeof(CoordinatorGrain), services => services.AddSingleton(_trials), cancellationToken);
    }

    private static ICoordinatorGrain Coordinator(ClusterSilo silo) => silo.Grains.GetGrain<ICoordinatorGrain>(0);

    private void Tell(string line)
    {
        if (_told != line)
        {
            _told = line;
            _options.OnEvent?.Invoke(line);
        }
    }
}
