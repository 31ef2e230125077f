using System.Diagnostics;

namespace MLNet.GradientTrainers.TestSupport;

/// <summary>Runs programs of their own: this test assembly, whose Program.cs knows some commands, or another one beside it.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Starts a program, and ends it with all that it started when it runs for minutes: a test that waits for it fails then, instead of waiting for good.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        Process process = Process.Start(start)!;
        _ = Task.Delay(Limit).ContinueWith(
            _ =>
            {
                try
                {
                    process.Kill(entireProcessTree: true);
                }
                catch (InvalidOperationException)
                {
                    // The test is done with it.
                }
            },
            TaskScheduler.Default);
        return process;
    }

    /// <summary>Runs a command of this test assembly, with settings that a running process can't change, and gives the lines that it printed.</summary>
    public static string[] Run(string command, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = Program(typeof(ChildProcess).Assembly.Location, command);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Run(start);
    }

    /// <summary>Runs a program to its end and gives the lines that it printed.</summary>
    public static string[] Run(ProcessStartInfo start)
    {
        using Process process = Start(start);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', start.ArgumentList)}\n{output}\n{errors.Result}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>How to start an assembly as a program, with its output and errors for us to read.</summary>
    public static ProcessStartInfo Program(string assembly, params IEnumerable<string> arguments) => Dotnet(["exec", assembly, .. arguments]);

    /// <summary>How to start a command of the SDK, with its output and errors for us to read.</summary>
    public static ProcessStartInfo Dotnet(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
