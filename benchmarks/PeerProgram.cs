using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Runs a peer in processes of its own: scripts, which lie in a folder of benchmarks/, with a Python that has the peer; or the program under LibTorch/.</summary>
internal sealed class PeerProgram
{
    private const int TimeoutMilliseconds = 300_000;

    /// <summary>A machine's settings that may keep OpenBLAS from the kernels that it would choose itself.</summary>
    private static readonly string[] BlasSettings = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

    private readonly string _program;
    private readonly Func<string, string[]> _command;

    /// <param name="program">The program to start.</param>
    /// <param name="command">Its first arguments for a script or command.</param>
    /// <param name="name">The peer's name.</param>
    private PeerProgram(string program, Func<string, string[]> command, string name)
    {
        _program = program;
        _command = command;
        Name = name;
    }

    /// <summary>What the peer's version.py, or its command of this name, tells, for example <c>PyTorch 1.13.1 (OpenBLAS)</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The first of $PYTHON, python3 and /usr/bin/python3 (Debian's own, where its packages lie) that the folder's version.py runs with; null if there is none.
    /// </summary>
    public static PeerProgram? FindPython(string folder)
    {
        foreach (string? python in new[] { Environment.GetEnvironmentVariable("PYTHON"), "python3", "/usr/bin/python3" })
        {
            if (python is not null && Execute(python, [Script(folder, "version.py")]) is { } output)
            {
                return new PeerProgram(python, script => [Script(folder, script)], ToName(output));
            }
        }

        return null;
    }

    /// <summary>The program under LibTorch/ where it has been built (<c>dotnet build benchmarks/LibTorch -c Release</c>); null where it has not, or its native library does not load here, which is told.</summary>
    public static PeerProgram? FindLibTorch()
    {
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "LibTorchPeer", "release", "MLNet.GradientTrainers.Benchmarks.LibTorch.dll"));
        return File.Exists(program) && Execute("dotnet", [program, "version"], tellErrors: true) is { } output ? new PeerProgram("dotnet", command => [program, command], ToName(output)) : null;
    }

    /// <summary>The JSON object that a script or command prints as its last line, or null if it fails, which is told.</summary>
    public JsonElement? Run(string[] script, int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        string? output = Execute(_program, [.. _command(script[0]), .. script[1..], "--threads", count], count, tellErrors: true);
        return output is null ? null : Parse(output);
    }

    private static string ToName(string output) => Parse(output).GetProperty("name").GetString()!;

    private static JsonElement Parse(string output) => JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement;

    private static string Script(string folder, string name) => Path.Combine(AppContext.BaseDirectory, folder, name);

    private static string? Execute(string program, string[] arguments, string? blasThreads = null, bool tellErrors = false)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string setting in BlasSettings)
            {
                start.Environment.Remove(setting);
            }

            if (blasThreads is not null)
            {
                // OpenBLAS has threads of its own, which PyTorch's setting does not reach.
                start.Environment["OPENBLAS_NUM_THREADS"] = blasThreads;
            }

            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(TimeoutMilliseconds))
            {
                process.Kill(entireProcessTree: true);
                Console.Error.WriteLine($"{string.Join(' ', arguments)} took more than {TimeoutMilliseconds / 1000} s and was ended.");
                return null;
            }

            if (process.ExitCode == 0)
            {
                return output.Result;
            }

            if (tellErrors)
            {
                Console.Error.WriteLine(errors.Result);
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No such program.
        }

        return null;
    }
}
