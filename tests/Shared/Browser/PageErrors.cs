using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace MLNet.GradientTrainers.TestSupport;

/// <summary>What a page should not do: errors and warnings in its console, exceptions, and requests beyond its own place.</summary>
internal sealed class PageErrors
{
    private readonly ConcurrentQueue<string> _errors = [];

    /// <summary>Watches a page from now on.</summary>
    /// <param name="page">The page.</param>
    /// <param name="place">How the addresses begin that it may ask for.</param>
    public void Watch(IPage page, string place)
    {
        page.Console += (_, message) => Note(message.Type is "error" or "warning" ? message.Text : null);
        page.PageError += (_, error) => Note(error);
        page.Request += (_, request) => Note(request.Url.StartsWith(place, StringComparison.Ordinal) ? null : request.Url);
    }

    /// <summary>Fails when there was one.</summary>
    public void AssertNone() => Assert.IsEmpty(_errors, string.Join('\n', _errors));

    private void Note(string? error)
    {
        if (error is not null)
        {
            _errors.Enqueue(error);
        }
    }
}
