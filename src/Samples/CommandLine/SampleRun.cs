using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>One run of a sample.</summary>
/// <param name="Sample">The sample's name.</param>
/// <param name="Values">The parsed command line.</param>
/// <param name="Terminal">Where to print.</param>
/// <param name="CancellationToken">Set by Ctrl+C and kill.</param>
internal sealed record SampleRun(string Sample, ParseResult Values, Terminal Terminal, CancellationToken CancellationToken)
{
    /// <summary>What <c>--json</c> prints; samples add their figures.</summary>
    public JsonObject Result { get; } = new() { ["sample"] = Sample };

    /// <summary>The files of the run; null for a sample that writes none.</summary>
    public OutputFiles? Files { get; set; }

    /// <summary>The processes that share the work, where mpirun has started several; null for this one alone.</summary>
    public Communicator? Processes { get; init; }

    /// <summary>Whether this process writes and reports: of several that of rank 0.</summary>
    public bool Reports => Processes is not { Rank: > 0 };

    /// <summary>The path of one of the sample's files, to be written now.</summary>
    /// <exception cref="OperationCanceledException">The run is cancelled.</exception>
    public string File(string name)
    {
        CancellationToken.ThrowIfCancellationRequested();
        return Files!.Path(name);
    }

    /// <summary>The value of an option: given, or its default.</summary>
    public T Value<T>(Option<T> option) => Values.GetValue(option)!;
}
