using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Hands what the components of an <see cref="MLContext"/> tell to a logger.</summary>
internal static partial class MessageForwarding
{
    /// <summary>The category of these messages, to be filtered on its own: ML.NET tells much.</summary>
    public const string Category = "MLNet.GradientTrainers.Hosting.MLContext";

    public static void ForwardMessages(this MLContext context, ILogger logger, TrainingRun run) => context.Log += (_, told) =>
    {
        var level = told.Kind switch
        {
            ChannelMessageKind.Error => LogLevel.Error,
            ChannelMessageKind.Warning => LogLevel.Warning,
            ChannelMessageKind.Info => LogLevel.Debug,
            _ => LogLevel.Trace,
        };
        if (logger.IsEnabled(level))
        {
            logger.Message(level, run.Job, told.Source, told.RawMessage, run.Id);
        }
    };

    [LoggerMessage(EventId = 130, EventName = "MLContextMessage", Message = "Training '{Job}', {Source}: {Message} Run {Run}.")]
    private static partial void Message(this ILogger logger, LogLevel level, string job, string source, string message, string run);
}
