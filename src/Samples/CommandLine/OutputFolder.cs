using System.CommandLine;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>The option <c>--out</c>: where a sample writes its files.</summary>
/// <param name="description">What is written there.</param>
internal sealed class OutputFolder(string description)
{
    private readonly Option<string> _output = SampleOptions.Folder("--out", description, "out");

    /// <summary>The option, for <see cref="Sample.Options"/>.</summary>
    public Option Option => _output;

    /// <summary>The path of a file to write, <c>SAMPLE-name</c>; its folder exists afterwards.</summary>
    /// <exception cref="SampleException">The folder cannot be made.</exception>
    public string File(SampleRun run, string name)
    {
        string folder = Path.GetFullPath(run.Value(_output));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SampleException($"The folder '{folder}' cannot be made ({e.Message}). Choose another one with --out DIR.");
        }

        return Path.Combine(folder, $"{run.Sample}-{name}");
    }
}
