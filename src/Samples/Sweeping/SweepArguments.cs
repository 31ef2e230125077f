using System.CommandLine;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>The options that say what a sweep learns.</summary>
internal sealed class SweepArguments
{
    private readonly TableArguments _table = new();
    private readonly Option<string?> _data = Folder();
    private readonly Option<string> _predict = SampleOptions.Choice("--predict", "What the label of a file is; auto: a number where it has fractions or more than 20 values.", "auto", "class", "number");
    private readonly Option<ComputeDevice?> _device = SampleOptions.Device("--device", "Where to train; trials at once share a GPU. [default: cpu]");
    private readonly Option<int?> _epochs = SampleOptions.OptionalWholeNumber("--epochs", "Passes over the data of a trial that is not pruned. [default: 12 for images; for a file what its rows suggest]", 1);
    private readonly Option<int> _seed = SampleOptions.WholeNumber("--seed", "Decides proposals, initial weights and which rows validate.", 0, 1);

    /// <summary>The options that name the rows.</summary>
    public IEnumerable<Option> OfData => [_data, .. _table.Options, _predict];

    /// <summary>The options of all trials alike.</summary>
    public IEnumerable<Option> OfTraining => [_device, _epochs, _seed];

    /// <summary>The option that names the folder of MNIST.</summary>
    public static Option<string?> Folder() => SampleOptions.Text("--data", "DIR", "Folder with the four files of MNIST; its first 12,000 images are used. [default: the digits that come with the program]");

    public int Seed(SampleRun run) => run.Value(_seed);

    /// <summary>Where the rows are on this machine.</summary>
    public SweepRows Rows(SampleRun run) => SweepRows.Of(run.Value(_data), _table.FilePath(run), _table.Limits(run));

    /// <summary>What is learned, without where its rows are.</summary>
    public SweepChoice Choice(SampleRun run) => new(
        _table.FilePath(run) is not null ? SweepKind.Table : run.Value(_data) is not null ? SweepKind.Mnist : SweepKind.Digits,
        _table.Choice(run), run.Value(_predict), run.Value(_epochs), run.Values.GetResult(_device)?.Tokens.FirstOrDefault()?.Value ?? "cpu", run.Value(_seed));
}
