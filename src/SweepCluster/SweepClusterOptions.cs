using System.Net;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>A sweep over many processes: what its coordinator and its workers are told alike.</summary>
public abstract record SweepClusterOptions
{
    private protected SweepClusterOptions()
    {
    }

    /// <summary>
    /// The connection string of the PostgreSQL database that all processes reach, such as <c>Host=10.0.0.1;Database=sweeps;Username=sweeps</c>. Passwords also come from PGPASSWORD or a .pgpass file. Who may log in there
    /// may join. Its tables are made where they are missing.
    /// </summary>
    public required string Database { get; init; }

    /// <summary>The sweep's name in the database, of at most 100 characters; one coordinator at a time has it. Default: <c>sweep</c>.</summary>
    public string Name { get; init; } = "sweep";

    /// <summary>The address of this machine at which the other processes reach this one. Default: 127.0.0.1, which only those of this machine do.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port there; 0, the default, for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where Orleans logs to; null, the default, for nowhere.</summary>
    public ILoggerFactory? Logging { get; init; }

    /// <summary>Tests have one in memory.</summary>
    internal Cluster.ClusterBackend? Backend { get; init; }

    /// <exception cref="ArgumentException">A value is none.</exception>
    internal Cluster.ClusterBackend Open()
    {
        const int LongestName = 100;
        ArgumentException.ThrowIfNullOrWhiteSpace(Database);
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Name.Length, LongestName, nameof(Name));
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        if (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any))
        {
            throw new ArgumentException($"Others can't reach a process at {Address}: give the address that this machine has in their network.", nameof(Address));
        }

        return Backend ?? new Cluster.PostgresBackend(Database);
    }
}

/// <summary>What the coordinator of a sweep is told: it proposes trials, prunes, and keeps the books. There is one.</summary>
public sealed record SweepCoordinatorOptions : SweepClusterOptions
{
    /// <summary>Whether a sweep of the name is gone on with, where there is one; if not, it is an error. Default: false.</summary>
    public bool Resume { get; init; }

    /// <summary>A text for the programs of workers, which they read by <see cref="GradientSweepClusterExtensions.ReadSettings"/> before they say their sweep.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Workers that a trial may lose before it is taken to be the reason, and fails. Default: 5.</summary>
    public int MostLostWorkers { get; init; } = 5;

    /// <summary>Is told of the workers when something has changed; called one at a time.</summary>
    public Action<IReadOnlyList<SweepWorker>>? OnWorkers { get; init; }
}

/// <summary>What a worker of a sweep is told: it trains trials.</summary>
public sealed record SweepWorkerOptions : SweepClusterOptions
{
    /// <summary>The name by which people know it. Default: the machine's and the process's number.</summary>
    public string WorkerName { get; init; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Trials at once; they share the sweep's <see cref="GradientSweep.Threads"/>. Default: 1.</summary>
    public int TrialsAtOnce { get; init; } = 1;

    /// <summary>The largest checkpoint of a trial that goes into the database, in bytes, at most 1,000,000,000. A trial whose checkpoints are larger begins anew where its worker dies. Default: 256 MiB.</summary>
    public long MostCheckpointBytes { get; init; } = 256L << 20;

    /// <summary>
    /// A folder that all workers share, for checkpoints of any size; null, the default, for the database. In a folder a checkpoint may be ahead of what the coordinator has heard: where a worker dies between the two, that
    /// epoch is missing in the trial's curve, and from what a pruner sees.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Is told in a line what happens.</summary>
    public Action<string>? OnEvent { get; init; }
}
