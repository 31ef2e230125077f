using Microsoft.Playwright;

namespace MLNet.GradientTrainers.TestSupport;

/// <summary>A browser that is installed, for tests of pages; they are skipped where there is none. One for all tests of a class: <see cref="StartAsync"/> in its initializer, <see cref="DisposeAsync"/> in its clean-up.</summary>
internal sealed class InstalledBrowser : IAsyncDisposable
{
    /// <summary>Milliseconds that a page may take for a step; machines that run tests are busy.</summary>
    public const float Patience = 120_000;

    private static readonly string[] Paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright? _playwright;
    private readonly IBrowser? _browser;

    private InstalledBrowser(IPlaywright? playwright, IBrowser? browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>The browser, for its contexts and pages; ends the running test as inconclusive where none is installed.</summary>
    public IBrowser OrSkip()
    {
        if (_browser is null)
        {
            Assert.Inconclusive($"No browser is installed: there is none of {string.Join(", ", Paths)}.");
        }

        return _browser;
    }

    /// <summary>Starts the browser, where one is installed.</summary>
    public static async Task<InstalledBrowser> StartAsync()
    {
        if (Paths.FirstOrDefault(File.Exists) is not { } path)
        {
            return new InstalledBrowser(null, null);
        }

        var playwright = await Playwright.CreateAsync();
        return new InstalledBrowser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Timeout = Patience,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        }));
    }

    /// <summary>Closes the browser.</summary>
    public async ValueTask DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
    }
}
