using System.CommandLine;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>The options that all samples that train share.</summary>
/// <param name="defaultEpochs">Passes over the data when the user asks for no other number.</param>
/// <param name="files">The files that the sample writes.</param>
internal sealed class TrainingArguments(int defaultEpochs, params string[] files)
{
    private readonly Option<int> _epochs = SampleOptions.WholeNumber("--epochs", "Passes over the training data.", 1, defaultEpochs);
    private readonly Option<int> _seed = SampleOptions.WholeNumber("--seed", "Decides initial weights and order; the same seed gives the same model.", 0, 1);
    private readonly Option<int?> _threads = SampleOptions.OptionalWholeNumber("--threads", "Threads to compute with; the result is the same for any number. [default: all cores]", 1);
    private readonly Option<ComputeDevice?> _device = SampleOptions.Device("--device", "Where to train; the figures that the README tells are the processor's. [default: cpu]");

    /// <summary>The options, for <see cref="Sample.Options"/>.</summary>
    public IEnumerable<Option> Options => [_epochs, _seed, _threads, _device, Output.Option];

    /// <summary>Where files go.</summary>
    public OutputFolder Output { get; } = OutputFolder.Of("Folder for figures and model.", files);

    /// <summary>Passes over the training data.</summary>
    public int Epochs(SampleRun run) => run.Value(_epochs);

    /// <summary>The seed.</summary>
    public int Seed(SampleRun run) => run.Value(_seed);

    /// <summary>The number of threads, or null for all cores; where several processes run on this machine, each one's part of them.</summary>
    public int? Threads(SampleRun run) => run.Value(_threads) ?? (run.Processes is null ? null : SharedRuns.Threads);

    /// <summary>Where to train.</summary>
    public ComputeDevice Device(SampleRun run) => run.Value(_device) ?? ComputeDevice.Cpu;
}
