using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Runs a peer's scripts, which lie in a folder of benchmarks/, with a Python that has the peer.</summary>
internal sealed class PythonPeer
{
    private const int TimeoutMilliseconds = 300_000;

    /// <summary>A machine's settings that may keep OpenBLAS from the kernels that it would choose itself.</summary>
    private static readonly string[] BlasSettings = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

    private readonly string _python;
    private readonly string _folder;

    private PythonPeer(string python, string folder, string name)
    {
        _python = python;
        _folder = folder;
        Name = name;
    }

    /// <summary>What the folder's version.py tells, for example <c>PyTorch 1.13.1 (OpenBLAS)</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The first of $PYTHON, python3 and /usr/bin/python3 (Debian's own, where its packages lie) that the folder's version.py runs with; null if there is none.
    /// </summary>
    public static PythonPeer? Find(string folder)
    {
        foreach (string? python in new[] { Environment.GetEnvironmentVariable("PYTHON"), "python3", "/usr/bin/python3" })
        {
            if (python is not null && Execute(python, [Script(folder, "version.py")]) is { } output)
            {
                return new PythonPeer(python, folder, Parse(output).GetProperty("name").GetString()!);
            }
        }

        return null;
    }

    /// <summary>The JSON object that a script prints as its last line, or null if it fails, which is told.</summary>
    public JsonElement? Run(string[] script, int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        string? output = Execute(_python, [Script(_folder, script[0]), .. script[1..], "--threads", count], count, tellErrors: true);
        return output is null ? null : Parse(output);
    }

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
