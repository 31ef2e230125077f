using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MLNet.GradientTrainers.DigitService.Tests.Drawing;
using MLNet.GradientTrainers.DigitService.Tests.Support;

namespace MLNet.GradientTrainers.DigitService.Tests.Page;

/// <summary>The page in a browser, with the hands of a person.</summary>
internal sealed class DigitPage
{
    private readonly PageErrors _errors = new();

    private DigitPage(IPage page) => View = page;

    /// <summary>The page.</summary>
    public IPage View { get; }

    /// <summary>The digit that it shows in large.</summary>
    public ILocator Digit => View.Locator("#digit");

    /// <summary>Opens it, with the key in its address where one is given.</summary>
    public static async Task<DigitPage> OpenAsync(InstalledBrowser browser, DigitServer server, string? key = null, ColorScheme scheme = ColorScheme.Light, bool isPhone = false)
    {
        IBrowserContext context = await browser.OrSkip().NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = isPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 },
            ColorScheme = scheme,
            HasTouch = isPhone,
            IsMobile = isPhone,
            DeviceScaleFactor = isPhone ? 2 : 1,
        });
        context.SetDefaultTimeout(InstalledBrowser.Patience);
        Assertions.SetDefaultExpectTimeout(InstalledBrowser.Patience);
        var page = new DigitPage(await context.NewPageAsync());
        page._errors.Watch(page.View, server.Address);
        await page.View.GotoAsync(server.Address + (key is null ? "" : $"#key={key}"));
        await Assertions.Expect(page.View.Locator("#serving")).Not.ToHaveTextAsync("Connecting …");
        return page;
    }

    /// <summary>Draws a digit with the mouse.</summary>
    public async Task DrawAsync(int digit, int seed = 0)
    {
        var place = await PlaceAsync();
        foreach (var stroke in DrawnDigit.Of(digit, seed).Strokes)
        {
            await View.Mouse.MoveAsync(place(stroke[0]).X, place(stroke[0]).Y);
            await View.Mouse.DownAsync();
            foreach (var point in stroke.Skip(1))
            {
                await View.Mouse.MoveAsync(place(point).X, place(point).Y);
            }

            await View.Mouse.UpAsync();
        }
    }

    /// <summary>Draws a digit with a finger.</summary>
    public async Task DrawByTouchAsync(int digit, int seed = 0)
    {
        var place = await PlaceAsync();
        ICDPSession finger = await View.Context.NewCDPSessionAsync(View);
        foreach (var stroke in DrawnDigit.Of(digit, seed).Strokes)
        {
            for (int i = 0; i < stroke.Count; i++)
            {
                await Touch(i == 0 ? "touchStart" : "touchMove", [new Dictionary<string, object> { ["x"] = place(stroke[i]).X, ["y"] = place(stroke[i]).Y }]);
            }

            await Touch("touchEnd", []);
        }

        Task Touch(string type, object[] points) => finger.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = type, ["touchPoints"] = points });
    }

    /// <summary>Waits until the page reads this digit.</summary>
    public Task ExpectAsync(int digit) => Assertions.Expect(Digit).ToHaveTextAsync($"{digit}");

    /// <summary>The number in the chip: the version that serves.</summary>
    public Task ExpectServingAsync(int version) => Assertions.Expect(View.Locator("#serving")).ToHaveTextAsync(new Regex($"^Version {version}\\b"));

    /// <summary>Points of the growing curve of the loss.</summary>
    public Task<int> CurveLengthAsync() => View.EvaluateAsync<int>("(document.querySelector('#loss-chart .line')?.getAttribute('d') ?? '').split(/[ML]/).length - 1");

    /// <summary>Waits until the curve of the loss has so many points.</summary>
    public Task CurveAsync(int least) => View.WaitForFunctionAsync("least => (document.querySelector('#loss-chart .line')?.getAttribute('d') ?? '').split(/[ML]/).length > least", least);

    /// <summary>Keeps a picture of the page under artifacts/.</summary>
    public async Task KeepAsync(string name, bool isWhole = true)
    {
        if (isWhole)
        {
            await View.EvaluateAsync("window.scrollTo({ top: 0, behavior: 'instant' })");
        }

        await View.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", "digit-service", $"{name}.png"), FullPage = isWhole });
    }

    /// <summary>Fails when the console has an error, or something was asked of another place.</summary>
    public void AssertNoErrors() => _errors.AssertNone();

    private async Task<Func<(double X, double Y), (float X, float Y)>> PlaceAsync()
    {
        ILocator pad = View.Locator("#pad");
        await pad.ScrollIntoViewIfNeededAsync();
        var box = (await pad.BoundingBoxAsync())!;
        return point => ((float)(box.X + (point.X * box.Width)), (float)(box.Y + (point.Y * box.Height)));
    }
}
