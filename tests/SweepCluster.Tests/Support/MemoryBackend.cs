using Microsoft.Extensions.DependencyInjection;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>What the processes of a sweep have in common, where they are all this one.</summary>
internal sealed class MemoryBackend : ClusterBackend
{
    private readonly Dictionary<string, PublishedSweep> _published = [];
    private readonly byte[] _secret = [1, 2, 3];

    private readonly MemoryMembership _silos = new();

    public MemoryStore Stored { get; } = new();

    public override void Prepare()
    {
    }

    public override byte[] Secret(string sweep) => _secret;

    public override ISweepStore Store(string sweep) => Stored;

    public override void Publish(string sweep, PublishedSweep published)
    {
        lock (_published)
        {
            _published[sweep] = published;
        }
    }

    public override PublishedSweep? Published(string sweep)
    {
        lock (_published)
        {
            return _published.TryGetValue(sweep, out var published) ? published : null;
        }
    }

    public override bool SetAside(string sweep, string aside) => false;

    public override void Configure(ISiloBuilder builder) => builder.ConfigureServices(services => services.AddSingleton<IMembershipTable>(_silos));

    public override void Dispose()
    {
    }
}
