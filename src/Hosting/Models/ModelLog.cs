using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What is logged of models, in the category <c>MLNet.GradientTrainers.Hosting.Models</c>.</summary>
internal static partial class ModelLog
{
    public const string Category = "MLNet.GradientTrainers.Hosting.Models";

    [LoggerMessage(1, LogLevel.Information, "The model '{Model}' is version {Version} now, from {Source}.")]
    public static partial void Loaded(ILogger logger, string model, string version, string source);

    [LoggerMessage(2, LogLevel.Error, "The model '{Model}' stays version {Version}. {Problem}")]
    public static partial void Refused(ILogger logger, string model, string version, string problem);

    [LoggerMessage(3, LogLevel.Warning, "The model '{Model}' is not there yet, and is waited for. {Problem}")]
    public static partial void Waiting(ILogger logger, string model, string problem);

    [LoggerMessage(4, LogLevel.Debug, "The system tells of no changes of '{File}', which is only looked at from time to time. {Problem}")]
    public static partial void NotTold(ILogger logger, string file, string problem);

    [LoggerMessage(5, LogLevel.Error, "The file '{File}' could not be looked at, and will be again.")]
    public static partial void LookFailed(ILogger logger, Exception exception, string file);
}
