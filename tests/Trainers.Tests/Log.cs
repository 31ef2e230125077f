using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What a context says while a test runs.</summary>
internal static class Log
{
    /// <summary>How the warning of a model begins that is of no use, as after a training too short.</summary>
    public const string Useless = "By its loss, the model predicts no better than a constant";

    /// <summary>Collects the warnings from now on, as the user reads them, of rows and options: not those of models that are of no use.</summary>
    public static List<string> InputWarnings(MLContext context) => Warnings(context, message => !message.StartsWith(Useless, StringComparison.Ordinal));

    /// <summary>Collects the warnings from now on, as the user reads them.</summary>
    public static List<string> Warnings(MLContext context) => Warnings(context, _ => true);

    /// <summary>Collects from now on what the user is told without a fault.</summary>
    public static List<string> Infos(MLContext context) => Messages(context, ChannelMessageKind.Info, _ => true);

    private static List<string> Warnings(MLContext context, Predicate<string> wanted) => Messages(context, ChannelMessageKind.Warning, wanted);

    private static List<string> Messages(MLContext context, ChannelMessageKind kind, Predicate<string> wanted)
    {
        var messages = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Kind == kind && wanted(e.RawMessage))
            {
                messages.Add(e.RawMessage);
            }
        };
        return messages;
    }
}
