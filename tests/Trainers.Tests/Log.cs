using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What a context says while a test runs.</summary>
internal static class Log
{
    /// <summary>Collects the warnings from now on, as the user reads them.</summary>
    public static List<string> Warnings(MLContext context)
    {
        var warnings = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(e.RawMessage);
            }
        };
        return warnings;
    }
}
