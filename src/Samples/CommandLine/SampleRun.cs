using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>One run of a sample.</summary>
/// <param name="Sample">The sample's name.</param>
/// <param name="Values">The parsed command line.</param>
/// <param name="Terminal">Where to print.</param>
/// <param name="CancellationToken">Set by Ctrl+C.</param>
internal sealed record SampleRun(string Sample, ParseResult Values, Terminal Terminal, CancellationToken CancellationToken)
{
    /// <summary>What <c>--json</c> prints; samples add their figures.</summary>
    public JsonObject Result { get; } = new() { ["sample"] = Sample };

    /// <summary>The value of an option: given, or its default.</summary>
    public T Value<T>(Option<T> option) => Values.GetValue(option)!;
}
