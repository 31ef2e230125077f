using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class CollectedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Category, string Text, string Event)> _lines = new();

    public (LogLevel Level, string Category, string Text, string Event)[] Lines => [.. _lines];

    public string[] Errors => [.. Lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text)];

    /// <summary>The texts of an event.</summary>
    public IEnumerable<string> Of(string eventName) => Lines.Where(line => line.Event == eventName).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CollectedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._lines.Enqueue((logLevel, category, formatter(state, exception) + (exception is null ? "" : " " + exception), eventId.Name ?? ""));
    }
}
