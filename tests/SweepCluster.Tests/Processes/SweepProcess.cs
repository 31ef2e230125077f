using System.Diagnostics;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>A coordinator or worker as a process of its own, whose lines the test follows.</summary>
internal sealed class SweepProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly List<string> _lines = [];

    private SweepProcess(string? networkNamespace, string[] arguments)
    {
        ProcessStartInfo start = ChildProcess.Program(typeof(Program).Assembly.Location, arguments);
        if (networkNamespace is not null)
        {
            string program = start.FileName;
            string[] rest = [.. start.ArgumentList];
            start.FileName = "ip";
            start.ArgumentList.Clear();
            foreach (string argument in (string[])["netns", "exec", networkNamespace, program, .. rest])
            {
                start.ArgumentList.Add(argument);
            }
        }

        start.RedirectStandardInput = true;
        _process = ChildProcess.Start(start);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>All lines so far that were waited for.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <param name="database">The database.</param>
    /// <param name="name">The sweep.</param>
    /// <param name="trials">Trials.</param>
    /// <param name="address">Its address.</param>
    /// <param name="networkNamespace">Where it runs; null for here.</param>
    /// <param name="patience">Seconds for which the database may be away.</param>
    public static SweepProcess Coordinator(string database, string name, int trials, string address = "127.0.0.1", string? networkNamespace = null, int patience = 30) =>
        new(networkNamespace, [Program.CoordinatorCommand, database, name, address, $"{trials}", $"{patience}"]);

    /// <param name="database">The database.</param>
    /// <param name="name">The sweep.</param>
    /// <param name="worker">The worker's name.</param>
    /// <param name="holdAt">The epoch, of all that it trains, from which on it stands still, once it has trained one of the same trial before, until it is told to go on; 0 for none.</param>
    /// <param name="address">Its address.</param>
    /// <param name="networkNamespace">Where it runs; null for here.</param>
    public static SweepProcess Worker(string database, string name, string worker, int holdAt = 0, string address = "127.0.0.1", string? networkNamespace = null) =>
        new(networkNamespace, [Program.WorkerCommand, database, name, address, worker, $"{holdAt}"]);

    /// <summary>Reads lines up to one.</summary>
    public string WaitFor(Predicate<string> wanted)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _lines.Add(line);
            if (wanted(line))
            {
                return line;
            }
        }

        throw new AssertFailedException($"It ended before the line that was waited for:\n{string.Join('\n', _lines)}\n{_errors.Result}");
    }

    /// <summary>Lets a worker that stands still go on.</summary>
    public void GoOn() => _process.StandardInput.WriteLine();

    /// <summary>Reads all lines up to its end.</summary>
    public void ReadToEnd()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _lines.Add(line);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The lines of its result.</returns>
    public string[] End()
    {
        ReadToEnd();
        _process.WaitForExit();
        Assert.AreEqual(0, _process.ExitCode, $"{string.Join('\n', _lines)}\n{_errors.Result}");
        return [.. _lines.Where(line => line.StartsWith(Program.ResultLine, StringComparison.Ordinal)).Select(line => line[Program.ResultLine.Length..])];
    }

    /// <summary>Waits for its end by an error.</summary>
    /// <returns>What it tells of it.</returns>
    public string Fail()
    {
        Assert.IsTrue(Task.Run(_process.StandardOutput.ReadToEnd).Wait(Limit), "It goes on.");
        _process.WaitForExit();
        Assert.AreNotEqual(0, _process.ExitCode);
        return _errors.Result;
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
