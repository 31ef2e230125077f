using System.Diagnostics;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>Machines of a network of their own, as network namespaces: one with a bridge, at 10.77.0.1, and others that hang on it, at 10.77.0.11 and so on. Nothing else is reached from there, and nothing reaches them.</summary>
internal sealed class NetworkNamespaces : IDisposable
{
    public const string HubAddress = "10.77.0.1";

    private const int FirstHost = 11;

    private readonly string _name = $"gt{Environment.ProcessId}";
    private readonly List<string> _made = [];

    /// <param name="machines">Machines beside the one with the bridge.</param>
    public NetworkNamespaces(int machines)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Network namespaces are made by root of a Linux machine.");
        }

        try
        {
            if (Run("netns", "add", Hub) is { } reason)
            {
                Assert.Inconclusive($"Network namespaces can't be made here: {reason}");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive("iproute2 is not installed.");
        }

        _made.Add(Hub);
        try
        {
            Do("-n", Hub, "link", "set", "lo", "up");
            Do("-n", Hub, "link", "add", "bridge", "type", "bridge");
            Do("-n", Hub, "addr", "add", $"{HubAddress}/24", "dev", "bridge");
            Do("-n", Hub, "link", "set", "bridge", "up");
            for (int i = 0; i < machines; i++)
            {
                Do("netns", "add", Name(i));
                _made.Add(Name(i));
                Do("-n", Hub, "link", "add", Port(i), "type", "veth", "peer", "name", "eth0", "netns", Name(i));
                Do("-n", Hub, "link", "set", Port(i), "master", "bridge");
                Do("-n", Hub, "link", "set", Port(i), "up");
                Do("-n", Name(i), "link", "set", "lo", "up");
                Do("-n", Name(i), "addr", "add", $"{Address(i)}/24", "dev", "eth0");
                Do("-n", Name(i), "link", "set", "eth0", "up");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace with the bridge.</summary>
    public string Hub => _name + "hub";

    /// <summary>A machine's namespace.</summary>
    public string Name(int machine) => $"{_name}m{machine}";

    public static string Address(int machine) => $"10.77.0.{FirstHost + machine}";

    /// <summary>Cuts a machine off, or connects it again.</summary>
    public void Connect(int machine, bool connected) => Do("-n", Hub, "link", "set", Port(machine), connected ? "up" : "down");

    public void Dispose()
    {
        foreach (string name in _made)
        {
            Run("netns", "del", name);
        }
    }

    private static string Port(int machine) => $"port{machine}";

    private static void Do(params string[] arguments) => Assert.IsNull(Run(arguments), $"ip {string.Join(' ', arguments)}");

    /// <returns>What went wrong; null where nothing did.</returns>
    private static string? Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors;
    }
}
