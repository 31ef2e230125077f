using System.CommandLine;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>The option that names the folder where a sample writes its files, and their names.</summary>
internal sealed class OutputFolder
{
    private readonly Option<string> _option;
    private readonly string[] _names;
    private readonly bool _numbered;

    private OutputFolder(Option<string> option, string[] names, bool numbered) => (_option, _names, _numbered) = (option, names, numbered);

    /// <summary>The option, for <see cref="Sample.Options"/>.</summary>
    public Option Option => _option;

    /// <summary>The option <c>--out</c>; files are called <c>SAMPLE-name</c>, or <c>SAMPLE-2-name</c> while another run writes those.</summary>
    /// <param name="description">What is written there.</param>
    /// <param name="names">All files that the sample may write.</param>
    public static OutputFolder Of(string description, params string[] names) => new(SampleOptions.Folder("--out", description, "out"), names, numbered: true);

    /// <summary>The option <c>--output</c>; files have fixed names, so that a second run at the same time is refused.</summary>
    /// <param name="description">What is written there.</param>
    /// <param name="defaultValue">The folder unless the user names one.</param>
    /// <param name="names">All files that the sample may write.</param>
    public static OutputFolder OfFixedNames(string description, string defaultValue, params string[] names) =>
        new(SampleOptions.Folder("--output", description, defaultValue), names, numbered: false);

    /// <summary>Makes the folder and finds out that all files can be written there: before any work whose result they take.</summary>
    /// <exception cref="SampleException">They can't be; the message says why and names the option.</exception>
    public OutputFiles Open(SampleRun run)
    {
        string folder = Path.GetFullPath(run.Value(_option));
        try
        {
            var files = OutputFiles.Open(folder, run.Sample, _names, _numbered)
                ?? throw new SampleException($"Another run of '{run.Sample}' writes into '{folder}'. Wait for its end, or choose another folder with {_option.Name} DIR.");
            if (files.Number > 1)
            {
                run.Terminal.Fact("files", $"{files.FileName("*")}, as another run writes {run.Sample}-*");
            }

            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SampleException($"Nothing can be written into the folder '{folder}': {e.Message} Choose another one with {_option.Name} DIR.");
        }
    }
}
