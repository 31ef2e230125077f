using System.Diagnostics;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>A launcher of MPI that is installed on this machine.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Options">What it needs to be told on a machine of few cores.</param>
internal sealed record Launcher(string Path, string[] Options)
{
    private static readonly string[] Folders = ["/usr/bin", "/usr/local/bin"];

    /// <summary>Open MPI's; ends the running test as inconclusive where it is not installed.</summary>
    public static Launcher OpenMpi => new(Find("mpirun.openmpi"), ["--oversubscribe", "--mca", "mpi_yield_when_idle", "1"]);

    /// <summary>MPICH's; ends the running test as inconclusive where it is not installed.</summary>
    public static Launcher Mpich => new(Find("mpirun.mpich"), []);

    /// <summary>The program that starts it, and its arguments; none where it is started itself.</summary>
    public string[] Before { get; init; } = [];

    /// <summary>The launcher of a name, for tests of several.</summary>
    public static Launcher Of(string name) => name == nameof(OpenMpi) ? OpenMpi : Mpich;

    /// <summary>Starts so many processes that fit, and waits for all.</summary>
    public LaunchedRun Run(int size, params string[] settings) => Run([], size, settings);

    /// <summary>The same with more options of the launcher.</summary>
    public LaunchedRun Run(string[] options, int size, params string[] settings) => Finish(Start(options, size, settings));

    /// <summary>Starts so many processes of another program, and waits for all.</summary>
    /// <param name="size">How many.</param>
    /// <param name="program">The program and its arguments.</param>
    public LaunchedRun RunProgram(int size, string[] program) => Finish(StartProgram([], size, program));

    /// <summary>Starts so many processes that fit, and leaves them to it.</summary>
    public Process Start(string[] options, int size, params string[] settings)
    {
        ProcessStartInfo program = ChildProcess.Program(typeof(Launcher).Assembly.Location, LaunchedWork.Command);
        return StartProgram(options, size, [program.FileName, .. program.ArgumentList, .. settings]);
    }

    private static LaunchedRun Finish(Process started)
    {
        using Process process = started;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new LaunchedRun(process.ExitCode, output + errors.Result);
    }

    private Process StartProgram(string[] options, int size, string[] program)
    {
        string[] line = [.. Before, Path, .. Options, .. options, "-n", $"{size}", .. program];
        ProcessStartInfo start = new(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // Test containers run as root.
        (start.Environment["OMPI_ALLOW_RUN_AS_ROOT"], start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"]) = ("1", "1");
        return ChildProcess.Start(start);
    }

    private static string Find(string name)
    {
        string? path = Folders.Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Inconclusive($"{name} is not installed. On Debian: build/mpi.sh --install.");
        }

        return path!;
    }
}

/// <summary>What a launcher and its processes have said.</summary>
/// <param name="ExitCode">The launcher's exit code.</param>
/// <param name="Output">What it and all processes printed.</param>
internal sealed record LaunchedRun(int ExitCode, string Output)
{
    /// <summary>The hash of the weights that all processes ended with, which is one.</summary>
    public string Hash(int size)
    {
        Assert.AreEqual(0, ExitCode, Output);
        string[] hashes = [.. Enumerable.Range(0, size).Select(rank => After($"rank {rank} of {size} hash "))];
        Assert.HasCount(1, hashes.Distinct(), Output);
        return hashes[0];
    }

    /// <summary>How many epochs rank 0 was told of.</summary>
    public int Epochs(int size) => int.Parse(After($"rank 0 of {size} hash {Hash(size)} epochs "), System.Globalization.CultureInfo.InvariantCulture);

    private string After(string text)
    {
        int place = Output.IndexOf(text, StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, place, Output);
        return Output[(place + text.Length)..].Split(' ', '\n', '\r')[0];
    }
}
