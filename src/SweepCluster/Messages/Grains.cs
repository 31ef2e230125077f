using Orleans.Concurrency;
using Orleans.Placement;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>An attempt at a trial, on the worker that it was ordered from; its key is the attempt.</summary>
[Alias("sweep.ITrialGrain")]
internal interface ITrialGrain : IGrainWithGuidKey
{
    /// <summary>Begins the attempt or joins it, and waits some seconds for its end.</summary>
    /// <returns>Its outcome; null while it runs.</returns>
    [Alias("Run")]
    Task<OutcomeMessage?> Run(TrialOrder order);

    /// <summary>Ends the attempt within a batch; its outcome is interrupted.</summary>
    [Alias("Stop")]
    Task Stop();
}

/// <summary>The coordinator, as workers know it; its key is 0.</summary>
[Alias("sweep.ICoordinatorGrain")]
internal interface ICoordinatorGrain : IGrainWithIntegerKey
{
    [Alias("Hello")]
    Task<HelloAnswer> Hello(Hello hello);

    [Alias("Epoch")]
    Task<EpochAnswer> Epoch(EpochMessage epoch);

    /// <summary>A worker takes no more trials.</summary>
    [Alias("Leave")]
    Task Leave(SiloAddress worker);
}

/// <inheritdoc cref="ITrialGrain"/>
[Reentrant, RandomPlacement]
internal sealed class TrialGrain(WorkerTrials trials, ILocalSiloDetails silo) : Grain, ITrialGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<OutcomeMessage?> Run(TrialOrder order)
    {
        if (!order.Worker.Equals(silo.SiloAddress))
        {
            // The worker is gone, and the call was sent to another one, which may have enough to do.
            throw new InvalidOperationException($"The attempt was meant for {order.Worker}.");
        }

        var outcome = trials.Run(order);
        return await Task.WhenAny(outcome, Task.Delay(Patience)) == outcome ? await outcome : null;
    }

    public Task Stop()
    {
        trials.Stop(this.GetPrimaryKey());
        return Task.CompletedTask;
    }
}

/// <inheritdoc cref="ICoordinatorGrain"/>
[Reentrant, RandomPlacement]
internal sealed class CoordinatorGrain(ClusterTrials trials) : Grain, ICoordinatorGrain
{
    // The books wait for the database: not on a thread of the grain's.
    public Task<HelloAnswer> Hello(Hello hello) => Task.Run(() => trials.Hello(hello));

    public Task<EpochAnswer> Epoch(EpochMessage epoch) => Task.Run(() => trials.Epoch(epoch));

    public Task Leave(SiloAddress worker) => Task.Run(() => trials.Leave(worker));
}
