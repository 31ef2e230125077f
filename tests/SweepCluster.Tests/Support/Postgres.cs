using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>A PostgreSQL server of the tests' own, in a folder that is gone after them. It refuses to run as root: then it runs as nobody.</summary>
internal sealed class Postgres : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static Postgres? shared;

    private readonly string _folder;
    private readonly Process _server;
    private bool _isOver;

    private Postgres(string binaries, string? networkNamespace, string address, int port)
    {
        _folder = Directory.CreateTempSubdirectory("gradient-trainers-postgres-").FullName;
        Database = $"Host={address};Port={port};Database=postgres;Username=postgres;Pooling=true";
        bool isRoot = Environment.IsPrivilegedProcess;
        if (isRoot)
        {
            Run("chown", "nobody", _folder);
        }

        string[] nobody = isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"] : [];
        string[] inside = networkNamespace is null ? [] : ["ip", "netns", "exec", networkNamespace];
        string data = Path.Combine(_folder, "data");

        // The tests' own: nobody else reaches the address, and what is lost by a power cut is not missed.
        Run([.. nobody, Path.Combine(binaries, "initdb"), "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]);
        File.AppendAllText(Path.Combine(data, "pg_hba.conf"), "host all all 10.77.0.0/24 trust\n");
        _server = Start([.. inside, .. nobody, Path.Combine(binaries, "postgres"), "-D", data, "-h", address, "-p", $"{port}", "-k", _folder, "-c", "fsync=off", "-c", "max_connections=100"]);
        _ = _server.StandardOutput.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (_server.StandardError.ReadLine() is { } line)
        {
            if (line.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                _ = _server.StandardError.ReadToEndAsync();
                return;
            }

            Assert.IsTrue(clock.Elapsed < Limit, line);
        }

        Assert.Fail("The server has ended by itself.");
    }

    /// <summary>The connection string.</summary>
    public string Database { get; }

    /// <summary>The server that all tests of this assembly share, on the loopback. Skips the test where PostgreSQL is not installed.</summary>
    public static Postgres Shared => shared ??= new Postgres(Binaries(), null, "127.0.0.1", FreePort());

    /// <summary>A server of a network namespace.</summary>
    public static Postgres In(string networkNamespace, string address) => new(Binaries(), networkNamespace, address, 5432);

    /// <summary>A server for one test, on the loopback.</summary>
    public static Postgres Own() => new(Binaries(), null, "127.0.0.1", FreePort());

    public static void Stop() => shared?.Dispose();

    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;

        // A fast shutdown: connections are closed, nothing is waited for.
        Run("kill", "-INT", $"{_server.Id}");
        if (!_server.WaitForExit(Limit))
        {
            _server.Kill(entireProcessTree: true);
        }

        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Binaries()
    {
        string? found = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(path => File.Exists(Path.Combine(path, "initdb"))).Max(StringComparer.Ordinal) : null;
        found ??= (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "postgres")));
        if (found is null)
        {
            Assert.Inconclusive("PostgreSQL is not installed; build/postgres.sh --install gets it from Debian.");
        }

        return found!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Run(params string[] command)
    {
        using var process = Start(command);
        _ = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: {errors}");
    }

    private static Process Start(string[] command) =>
        Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
}
