using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Draws the digits of the main job again, or others like them.</summary>
internal sealed class GenerateDigitsSample : Sample
{
    private readonly Option<int> _seed = SampleOptions.WholeNumber(
        "--seed", "Decides all strokes; the default gives the files that come with the program, byte for byte.", 0, (int)DigitGenerator.DefaultSeed);

    public override string Name => "generate-digits";

    public override string Summary => "Draw handwritten-like digits, 6,000 to train and 1,000 to test, in MNIST's format.";

    public override OutputFolder Output { get; } = OutputFolder.OfFixedNames("Folder for the four files.", "digits", [.. DigitFiles.In("").All]);

    public override IEnumerable<Option> Options => [Output.Option, _seed];

    public override Task RunAsync(SampleRun run)
    {
        string folder = run.Files!.Folder;
        DigitGenerator.Write(folder, (ulong)run.Value(_seed), run.CancellationToken);
        string[] paths = DigitFiles.In(folder).All;

        run.Terminal.Heading("Digits drawn");
        run.Terminal.Fact("to train", $"{DigitGenerator.TrainingCount:N0} images");
        run.Terminal.Fact("to test", $"{DigitGenerator.TestCount:N0} images");
        run.Terminal.Files("files", paths);

        run.Result["files"] = new JsonArray([.. paths.Select(path => JsonValue.Create(path))]);
        return Task.CompletedTask;
    }
}
