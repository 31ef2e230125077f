using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using Npgsql;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>The options that say how processes of a sweep over many machines find each other.</summary>
/// <param name="own">What the address is unless it is given, for the help.</param>
internal sealed class ClusterArguments(string own)
{
    private const string Sweeps = "sweeps";

    private readonly Option<string?> _database = SampleOptions.Text("--database", "CONNECTION", $"PostgreSQL for journal and checkpoints, as Host=…;Database=…;Username=…; who may log in may join. PGPASSWORD or .pgpass has the password. [default: Host=HOST;Database={Sweeps};Username={Sweeps}]");
    private readonly Option<string> _name = new("--name") { Description = "The sweep's name in the database.", HelpName = "NAME", DefaultValueFactory = _ => "sweep" };
    private readonly Option<string?> _listen = SampleOptions.Text("--listen", "ADDRESS", $"The address of this machine that the others reach it by. [default: {own}]");
    private readonly Option<int> _port = SampleOptions.WholeNumber("--port", "The TCP port there; 0: a free one.", 0, 0);

    /// <summary>The options, for <see cref="Sample.Options"/>.</summary>
    public IEnumerable<Option> Options => [_database, _name, _listen, _port];

    public string Name(SampleRun run) => run.Value(_name) is { } name && !string.IsNullOrWhiteSpace(name) && name.Length <= 100 ? name : throw new SampleException("--name must have 1 to 100 characters.");

    public int Port(SampleRun run) => run.Value(_port) is var port && port <= ushort.MaxValue ? port : throw new SampleException($"--port is {port.ToString(CultureInfo.InvariantCulture)}, but ports go up to 65535.");

    /// <summary>The connection string, with the host where it names none.</summary>
    public string Database(SampleRun run, string host)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(run.Value(_database) ?? $"Database={Sweeps};Username={Sweeps}");
            builder.Host ??= host;
            return builder.ConnectionString;
        }
        catch (ArgumentException e)
        {
            throw new SampleException($"--database can't be read: {e.Message} One that can: \"Host=10.0.0.1;Database={Sweeps};Username={Sweeps}\".");
        }
    }

    /// <summary>The own address: given, or the one by which a host is reached.</summary>
    public IPAddress Address(SampleRun run, string host)
    {
        if (run.Value(_listen) is { } text)
        {
            return IPAddress.TryParse(text, out var given) && !given.Equals(IPAddress.Any) && !given.Equals(IPAddress.IPv6Any)
                ? given
                : throw new SampleException($"--listen is '{Excerpt.Of(text)}', but it must be the address that the others reach this machine by, for example 10.0.0.7.");
        }

        try
        {
            // A datagram socket that is connected sends nothing; it only finds the way.
            const int Any = 9;
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(host, Any);
            var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
        catch (SocketException e)
        {
            throw new SampleException($"There is no way to '{Excerpt.Of(host)}': {e.Message}. Is that the name or address of the coordinator's machine?");
        }
    }
}
