using System.Text.Json;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Tests.Support;

/// <summary>A command line run in this process, and what came of it.</summary>
internal sealed record Invocation(int ExitCode, string Output, string Error)
{
    private const char Escape = '\u001b';

    /// <summary>The lines of standard output.</summary>
    public string[] Lines { get; } = Output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    /// <summary>The last line of standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Lines[^1]).RootElement;

    /// <summary>Runs a command line with its output redirected.</summary>
    public static async Task<Invocation> Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await SampleProgram.RunAsync(args, Terminal.Plain(output, error));
        return new Invocation(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed, say nothing on standard error, and print no escape codes.</summary>
    public static async Task<Invocation> Succeeding(params string[] args)
    {
        Invocation run = await Of(args);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Error);
        Assert.IsFalse(run.Output.Contains(Escape), "Redirected output has escape codes.");
        return run;
    }
}
