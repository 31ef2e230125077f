using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MLNet.GradientTrainers.DigitService.Tests.Support;
using MLNet.GradientTrainers.DigitService.Training;
using MLNet.GradientTrainers.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MLNet.GradientTrainers.DigitService.Tests.Page;

/// <summary>The page in a real browser, one that is installed: skipped where there is none. Pictures of it are kept under artifacts/.</summary>
[TestClass]
public sealed class PageTests
{
    private static InstalledBrowser? _browser;

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        _ = context;
        _browser = await InstalledBrowser.StartAsync();
    }

    [ClassCleanup]
    public static async Task Stop() => await _browser!.DisposeAsync();

    [TestMethod]
    [DataRow(ColorScheme.Light)]
    [DataRow(ColorScheme.Dark)]
    public async Task ASevenIsReadAsItIsDrawn(ColorScheme scheme)
    {
        _browser!.OrSkip();
        DigitPage page = await DigitPage.OpenAsync(_browser, await DigitServer.TrainedAsync(), scheme: scheme);
        await page.DrawAsync(7);
        await page.ExpectAsync(7);
        await Expect(page.View.Locator("#bars li.best")).ToHaveTextAsync(new Regex("^\\d+ %7$"));
        await Expect(page.View.Locator("#seen")).ToHaveAttributeAsync("aria-label", new Regex("your seven"));
        await Expect(page.View.Locator("#looked")).ToHaveAttributeAsync("aria-label", new Regex("most at the "));
        Assert.IsGreaterThan(20, await Ink(page, "#seen"));
        Assert.IsGreaterThan(20, await Ink(page, "#looked"));
        await Expect(page.View.Locator("#said")).ToHaveTextAsync(new Regex("seven"));
        await page.KeepAsync($"seven-{scheme.ToString().ToLowerInvariant()}");
        await TextContrast.AssertGoodAsync(page.View);

        await page.View.ClickAsync("#clear");
        await Expect(page.Digit).ToHaveTextAsync("?");
        Assert.AreEqual(0, await Ink(page, "#seen"));
        await page.DrawAsync(3);
        await page.ExpectAsync(3);
        page.AssertNoErrors();
        await page.View.Context.CloseAsync();
    }

    [TestMethod]
    public async Task OnAPhoneItIsDrawnWithAFinger()
    {
        _browser!.OrSkip();
        DigitPage page = await DigitPage.OpenAsync(_browser, await DigitServer.TrainedAsync(), isPhone: true);
        await page.DrawByTouchAsync(7);
        await page.ExpectAsync(7);
        Assert.AreEqual(390, await page.View.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"), "Nothing is wider than the phone.");
        string[] small = await page.View.EvaluateAsync<string[]>("[...document.querySelectorAll('button, input, summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 40).map(e => e.id || e.textContent)");
        Assert.IsEmpty(small, $"Too low for a finger: {string.Join(", ", small)}");
        await page.KeepAsync("seven-phone");
        page.AssertNoErrors();
        await page.View.Context.CloseAsync();
    }

    [TestMethod]
    public async Task ATrainingIsStartedWatchedCancelledAndFoundAgain()
    {
        _browser!.OrSkip();
        using DigitServer server = await DigitServer.CopyAsync();
        DigitPage page = await DigitPage.OpenAsync(_browser, server);
        await Expect(page.View.Locator("#epochs")).ToHaveValueAsync("5");
        await page.View.FillAsync("#epochs", "60");
        await page.View.ClickAsync("#start");

        // The key is asked for once.
        await Expect(page.View.Locator("#key-dialog")).ToBeVisibleAsync();
        await page.KeepAsync("key", isWhole: false);
        await page.View.FillAsync("#key", DigitServer.Key);
        await page.View.Keyboard.PressAsync("Enter");
        await Expect(page.View.Locator("#state")).ToHaveTextAsync("Learning");
        await page.CurveAsync(3);
        int before = await page.CurveLengthAsync();
        await page.CurveAsync(before + 3);
        await Expect(page.View.Locator("#eta")).ToHaveTextAsync(new Regex("^\\d+ %, .* left$"));
        await Expect(page.View.Locator("#accuracy-chart circle").First).ToBeVisibleAsync();
        await Expect(page.View.Locator("#serving")).ToHaveTextAsync(new Regex("^Version 1training \\d+ %$"));
        await page.KeepAsync("training");

        // Another tab sees the same.
        await page.View.ReloadAsync();
        await page.CurveAsync(before);
        await page.View.ClickAsync("#cancel");
        await Expect(page.View.Locator("#state")).ToHaveTextAsync("Cancelled");
        await Expect(page.View.Locator("#cancel")).ToBeHiddenAsync();
        await page.ExpectServingAsync(1);
        await page.View.ReloadAsync();
        await Expect(page.View.Locator("#state")).ToHaveTextAsync("Cancelled");
        Assert.IsGreaterThan(before, await page.CurveLengthAsync());
        page.AssertNoErrors();
        await page.View.Context.CloseAsync();
    }

    [TestMethod]
    public async Task VersionsAreSwitched()
    {
        _browser!.OrSkip();
        using DigitServer server = await TwoVersionsAsync();
        DigitPage page = await DigitPage.OpenAsync(_browser, server, DigitServer.Key);
        Assert.AreEqual(server.Address, page.View.Url, "The key does not stay in the address.");
        await page.ExpectServingAsync(2);
        await page.DrawAsync(7);
        await page.ExpectAsync(7);
        await page.View.ClickAsync("[data-version='1']");
        await page.ExpectServingAsync(1);
        await Expect(page.View.Locator("#models li.current .number")).ToHaveTextAsync("Version 1");
        await page.ExpectAsync(7);
        await page.View.ReloadAsync();
        await page.ExpectServingAsync(1);
        await page.KeepAsync("versions");
        page.AssertNoErrors();
        await page.View.Context.CloseAsync();
    }

    [TestMethod]
    public async Task EverythingIsDoneByKeyboard()
    {
        _browser!.OrSkip();
        using DigitServer server = await TwoVersionsAsync();
        DigitPage page = await DigitPage.OpenAsync(_browser, server);
        IKeyboard keys = page.View.Keyboard;
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await TabToAsync(page, "pad");

        // A seven: from the upper left to the right, then aslant to the bottom.
        await Times("ArrowLeft", 5);
        await Times("ArrowUp", 6);
        await keys.PressAsync("Space");
        await Expect(page.View.Locator("#said")).ToHaveTextAsync("Pen down at column 5, row 4.");
        await Times("ArrowRight", 9);
        await Times("End", 3);
        for (int i = 0; i < 4; i++)
        {
            await Times("ArrowDown", 1);
            await Times("End", 1);
        }

        await keys.PressAsync("Space");
        await page.ExpectAsync(7);
        await Expect(page.View.Locator("#said")).ToHaveTextAsync(new Regex("seven, .* sure|Probably a seven"));
        await page.KeepAsync("keyboard", isWhole: false);

        await TabToAsync(page, "epochs");
        await keys.PressAsync("Control+A");
        await keys.TypeAsync("50");
        await TabToAsync(page, "start");
        await keys.PressAsync("Enter");
        await Expect(page.View.Locator("#key")).ToBeFocusedAsync();
        await keys.TypeAsync(DigitServer.Key);
        await keys.PressAsync("Enter");
        await page.CurveAsync(2);
        await TabToAsync(page, "cancel");
        await keys.PressAsync("Space");
        await Expect(page.View.Locator("#state")).ToHaveTextAsync("Cancelled");

        for (int i = 0; i < 30 && !await page.View.EvaluateAsync<bool>("document.activeElement.dataset.version === '1'"); i++)
        {
            await keys.PressAsync("Tab");
        }

        await keys.PressAsync("Enter");
        await page.ExpectServingAsync(1);
        page.AssertNoErrors();
        await page.View.Context.CloseAsync();

        async Task Times(string key, int count)
        {
            for (int i = 0; i < count; i++)
            {
                await keys.PressAsync(key);
            }
        }
    }

    [TestMethod]
    public async Task AWrongKeyIsAskedForAgain()
    {
        _browser!.OrSkip();
        using DigitServer server = DigitServer.Empty();
        DigitPage page = await DigitPage.OpenAsync(_browser, server, "wrong");
        await page.View.ClickAsync("#start");
        await Expect(page.View.Locator("#key-problem")).ToHaveTextAsync("That is not the key of this service.");
        await page.View.Keyboard.PressAsync("Escape");
        await Expect(page.View.Locator("#key-dialog")).ToBeHiddenAsync();
        Assert.IsNull((await server.UntilAsync(_ => true)).Training);
        await page.View.Context.CloseAsync();
    }

    [TestMethod]
    public async Task WithoutAModelThePageTellsSo()
    {
        _browser!.OrSkip();
        using DigitServer server = DigitServer.Empty(("Training:Images", "2000"), ("Training:Epochs", "4"));
        DigitPage page = await DigitPage.OpenAsync(_browser, server, DigitServer.Key);
        await Expect(page.View.Locator("#first")).ToContainTextAsync("no model yet");
        await page.DrawAsync(7);
        await Expect(page.View.Locator("#sure")).ToHaveTextAsync("Nobody can read it yet");

        // What was drawn meanwhile is read when the first model has learned.
        await page.View.ClickAsync("#start");
        await Expect(page.View.Locator("#first")).ToContainTextAsync("% done");
        await page.KeepAsync("first-model");
        await page.ExpectAsync(7);
        await Expect(page.View.Locator("#first")).ToBeHiddenAsync();
        await page.ExpectServingAsync(1);
        page.AssertNoErrors();
        await page.View.Context.CloseAsync();
    }

    [TestMethod]
    [DataRow(ColorScheme.Light)]
    [DataRow(ColorScheme.Dark)]
    public async Task NoBarrierIsFound(ColorScheme scheme)
    {
        _browser!.OrSkip();
        using DigitServer server = await TwoVersionsAsync();
        DigitPage page = await DigitPage.OpenAsync(_browser, server, scheme: scheme);
        await page.DrawAsync(7);
        await page.ExpectAsync(7);
        var found = await page.View.RunAxe();
        Assert.IsEmpty(found.Violations, string.Join('\n', found.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
        await page.View.Context.CloseAsync();
    }

    /// <summary>A server with two versions, the second one serving.</summary>
    private static async Task<DigitServer> TwoVersionsAsync()
    {
        DigitServer server = await DigitServer.CopyAsync();
        var store = server.Services.GetRequiredKeyedService<ModelStore>(DigitTrainingJob.Name);
        store.PublishFile(store.CurrentPath);
        return server;
    }

    /// <summary>Pixels of a canvas that are not black.</summary>
    private static Task<int> Ink(DigitPage page, string canvas) => page.View.EvaluateAsync<int>(
        "name => { const c = document.querySelector(name); const t = new OffscreenCanvas(c.width, c.height).getContext('2d', { willReadFrequently: true }); t.drawImage(c, 0, 0); const d = t.getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) n += d[i] + d[i + 1] + d[i + 2] > 60; return n; }", canvas);

    private static async Task TabToAsync(DigitPage page, string id)
    {
        for (int i = 0; i < 40; i++)
        {
            if (await page.View.EvaluateAsync<string>("document.activeElement.id") == id)
            {
                return;
            }

            await page.View.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The Tab key does not lead to #{id}.");
    }
}
