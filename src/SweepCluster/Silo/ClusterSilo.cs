using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Metadata;
using Orleans.Serialization;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>One silo of Orleans: this process in the cluster of a sweep, from its start to its death.</summary>
internal sealed class ClusterSilo : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>A silo of which a message came within two of these is not suspected, whatever becomes of probes.</summary>
    private static readonly TimeSpan LongestProbeTimeout = TimeSpan.FromSeconds(1.1);
    private static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(5);

    private readonly IHost _host;
    private readonly X509Certificate2 _certificate;
    private readonly TaskCompletionSource _died;
    private readonly IClusterManifestProvider _manifests;

    private ClusterSilo(IHost host, X509Certificate2 certificate, TaskCompletionSource died)
    {
        (_host, _certificate, _died) = (host, certificate, died);
        Oracle = host.Services.GetRequiredService<ISiloStatusOracle>();
        Grains = host.Services.GetRequiredService<IGrainFactory>();
        _manifests = host.Services.GetRequiredService<IClusterManifestProvider>();
    }

    public IGrainFactory Grains { get; }

    /// <summary>Who is alive.</summary>
    public ISiloStatusOracle Oracle { get; }

    public SiloAddress Address => Oracle.SiloAddress;

    /// <summary>Whether it is known here which grains another silo runs; before that none can be called there.</summary>
    public bool Knows(SiloAddress other) => _manifests.Current.Silos.ContainsKey(other);

    /// <summary>Is done when the others have declared this silo dead, as after a network was down for seconds: it can't come back, but another one can take its place.</summary>
    public Task Died => _died.Task;

    /// <summary>Starts a silo and joins the cluster.</summary>
    /// <param name="backend">Where the others are found.</param>
    /// <param name="options">The cluster.</param>
    /// <param name="name">The silo's name.</param>
    /// <param name="absent">The class of grains that it does not run.</param>
    /// <param name="configure">Adds what its grains need.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">Its port is taken, or the cluster can't be joined.</exception>
    public static ClusterSilo Start(ClusterBackend backend, SweepClusterOptions options, string name, Type absent, Action<IServiceCollection> configure, CancellationToken cancellationToken)
    {
        var certificate = ClusterCertificate.Of(backend.Secret(options.Name));
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int port = options.Port == 0 ? FreePort(options.Address) : options.Port;
        var host = new HostBuilder()
            .ConfigureLogging(logging =>
            {
                logging.ClearProviders();
                if (options.Logging is { } provider)
                {
                    logging.AddProvider(new BorrowedLoggers(provider));
                }
            })
            .UseOrleans(silo =>
            {
                backend.Configure(silo);
                silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Name, options.Name))
                    .Configure<SiloOptions>(own => own.SiloName = name)
                    .ConfigureEndpoints(options.Address, port, gatewayPort: 0)
                    .Configure<ClusterMembershipOptions>(Configure)
                    .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout)
                    .Configure<GrainTypeOptions>(grains => grains.Classes.Remove(absent))
                    .UseTls(tls => Configure(tls, certificate));
            })
            .ConfigureServices(services =>
            {
                // Ctrl+C is the program's.
                services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
                services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler>(new Fatal(died)));
                services.AddSerializer(serializer => serializer.AddAssembly(typeof(ClusterSilo).Assembly));
                configure(services);
            })
            .Build();
        try
        {
            // No context to come back to: callers block.
            Task.Run(() => host.StartAsync(cancellationToken), CancellationToken.None).GetAwaiter().GetResult();
            return new ClusterSilo(host, certificate, died);
        }
        catch (Exception exception)
        {
            host.Dispose();
            certificate.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw exception is OutOfMemoryException
                ? exception
                : new IOException($"The cluster '{options.Name}' can't be joined at {options.Address}:{port}: {exception.GetBaseException().Message} Is the address one of this machine, and the port free?", exception);
        }
    }

    /// <summary>Leaves the cluster. A silo whose database is gone waits for it, whatever the limit of its stop says: it is left to itself then.</summary>
    public void Dispose() => Task.Run(LeaveAsync).Wait(LeaveTime);

    private async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(StopTime);
        try
        {
            await _host.StopAsync(limit.Token);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The others find out by themselves.
        }

        _host.Dispose();
        _certificate.Dispose();
    }

    /// <summary>Two probes missed, by one silo, within three seconds: a trial waits no longer for a worker that is gone. The price of an error is a trial that goes on from its checkpoint.</summary>
    internal static void Configure(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = ProbeTimeout;
        membership.MaxProbeTimeout = LongestProbeTimeout;
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;

        // Orleans would have the probe that decides made by another silo. Where that one is gone too, as with the switch of a rack, it never learns anything, and asks the same one again, without end.
        membership.EnableIndirectProbes = false;
        membership.TableRefreshTimeout = AliveEvery;

        // What a whole cluster leaves behind that was killed is known for dead after three of these.
        membership.IAmAliveTablePublishTimeout = AliveEvery;
        membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
    }

    private static void Configure(TlsOptions tls, X509Certificate2 certificate)
    {
        tls.LocalCertificate = certificate;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (other, _, _) => ClusterCertificate.IsSame(certificate, other);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = "sweep";
    }

    private static int FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Orleans ends the process of a silo that was declared dead. Here its trials are worth more than that.</summary>
    private sealed class Fatal(TaskCompletionSource died) : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(object? sender, string? context, Exception? exception) => died.TrySetResult();
    }

    /// <summary>Loggers of a factory that the caller disposes of.</summary>
    private sealed class BorrowedLoggers(ILoggerFactory factory) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => factory.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
