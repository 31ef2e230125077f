using System.Diagnostics;
using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>This program again, as a process of its own.</summary>
internal static class ChildProgram
{
    /// <summary>What it writes with these arguments.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(params string[] arguments) => Run(heap: null, arguments);

    /// <summary>The same with a limit for its managed heap.</summary>
    /// <param name="heap">Bytes; null for no limit.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(long? heap, string[] arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? ["exec", typeof(ChildProgram).Assembly.Location, .. arguments] : arguments) { RedirectStandardOutput = true };
        if (heap is { } most)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = most.ToString("x", CultureInfo.InvariantCulture);
        }

        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"The process for {string.Join(' ', arguments)} ended with exit code {process.ExitCode}. {output}");
    }
}
