using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>
/// Two machines for Open MPI on this one: network namespaces with host names, temporary folders and a cable of their own. Nothing else is reached from there, and nothing reaches them; a script takes the place of ssh. All is gone after the
/// test, processes in them too; what a killed test run has left is removed by the next one.
/// </summary>
internal sealed class TwoMachines : IDisposable
{
    private const string Network = "10.77.2.0/24";
    private const string Prefix = "gtmpi";

    private static readonly string[] Addresses = ["10.77.2.1", "10.77.2.2"];

    // "gtmpi", the test process, "-" and which of the two: ended processes' are found by that.
    private readonly string[] _names = [.. "ab".Select(machine => $"{Prefix}{Environment.ProcessId}-{machine}")];
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes them; ends the running test as inconclusive where that is not possible.</summary>
    public TwoMachines()
    {
        try
        {
            RemoveThoseOfEndedProcesses();
            Make();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The launcher on the first machine, which spreads processes over both in turn.</summary>
    public Launcher OpenMpi
    {
        get
        {
            string[] there = ["ip", "netns", "exec", _names[0], "unshare", "--uts", "sh", "-c", "hostname \"$0\" && exec \"$@\"", _names[0]];
            string[] options = ["--host", string.Join(',', Addresses.Select(address => $"{address}:4")), "--map-by", "node"];
            (string Name, string Value)[] settings =
            [
                ("plm_rsh_agent", _folder["agent"]), ("orte_tmpdir_base", _folder.Path), ("oob_tcp_if_include", Network), ("pml", "ob1"), ("btl", "tcp,self"), ("btl_tcp_if_include", Network),
            ];
            Launcher here = Launcher.OpenMpi;
            return here with { Before = there, Options = [.. here.Options, .. options, .. settings.SelectMany(setting => (string[])["--mca", setting.Name, setting.Value])] };
        }
    }

    /// <summary>How many bytes the second machine has sent to the first.</summary>
    public long BytesSent => long.Parse(Do("netns", "exec", _names[1], "cat", "/sys/class/net/eth0/statistics/tx_bytes"), CultureInfo.InvariantCulture);

    /// <summary>Cuts the second machine off, or connects it again.</summary>
    public void Connect(bool connected) => Do("-n", _names[1], "link", "set", "eth0", connected ? "up" : "down");

    public void Dispose()
    {
        foreach (string name in _names)
        {
            Remove(name);
        }

        _folder.Dispose();
    }

    private void Make()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Network namespaces are made by root of a Linux machine.");
        }

        if (Run("netns", "add", _names[0]) is { ExitCode: not 0 } refused)
        {
            Assert.Inconclusive($"Network namespaces can't be made here: {refused.Output.Trim()}");
        }

        Do("netns", "add", _names[1]);
        Do("-n", _names[0], "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", _names[1]);
        for (int i = 0; i < _names.Length; i++)
        {
            Do("-n", _names[i], "addr", "add", $"{Addresses[i]}/24", "dev", "eth0");
            Do("-n", _names[i], "link", "set", "lo", "up");
            Do("-n", _names[i], "link", "set", "eth0", "up");
        }

        // The launcher calls it with an address and a command line, as it would ssh.
        string agent = _folder["agent"];
        File.WriteAllText(agent, $"#!/bin/sh\nname={_names[1]}\n[ \"$1\" = {Addresses[1]} ] || name={_names[0]}\nshift\nexec ip netns exec $name unshare --uts sh -c \"hostname $name && $*\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(agent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void RemoveThoseOfEndedProcesses()
    {
        if (!Directory.Exists("/run/netns"))
        {
            return;
        }

        foreach (string name in Directory.GetFiles("/run/netns", $"{Prefix}*-?").Select(path => Path.GetFileName(path)))
        {
            if (int.TryParse(name[Prefix.Length..^2], CultureInfo.InvariantCulture, out int process) && !Directory.Exists($"/proc/{process}"))
            {
                Remove(name);
            }
        }
    }

    private static void Remove(string name)
    {
        if (!File.Exists($"/run/netns/{name}"))
        {
            return;
        }

        foreach (string line in Run("netns", "pids", name).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var process = Process.GetProcessById(int.Parse(line, CultureInfo.InvariantCulture));
                process.Kill();
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended meanwhile.
            }
        }

        Run("netns", "del", name);
    }

    private static string Do(params string[] arguments)
    {
        (int code, string output) = Run(arguments);
        Assert.AreEqual(0, code, $"ip {string.Join(' ', arguments)}: {output}");
        return output;
    }

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        try
        {
            using Process process = ChildProcess.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("iproute2 is not installed. On Debian: build/mpi.sh --install.");
            throw;
        }
    }
}
