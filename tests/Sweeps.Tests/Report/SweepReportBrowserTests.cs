using Microsoft.Playwright;

namespace MLNet.GradientTrainers.Sweeps.Tests;

/// <summary>The report in a real browser, one that is installed: skipped where there is none.</summary>
[TestClass]
public sealed class SweepReportBrowserTests
{
    private static InstalledBrowser? _browser;

    private readonly PageErrors _errors = new();
    private readonly TemporaryFolder _folder = new();

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        _ = context;
        _browser = await InstalledBrowser.StartAsync();
    }

    [ClassCleanup]
    public static async Task Stop() => await _browser!.DisposeAsync();

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(500)]
    public async Task ItOpensWithoutErrorsAndFitsAPhone(int trials)
    {
        var page = await Open(MadeUp.Result(trials), width: 390);
        Assert.AreEqual(390, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));
        Assert.AreEqual(trials, await page.Locator("#leaderboard tbody tr").CountAsync());
        _errors.AssertNone();
    }

    [TestMethod]
    public async Task TheLeaderboardIsSortedByKeyboard()
    {
        var page = await Open(MadeUp.Result(30));
        var heading = page.Locator("#leaderboard th", new PageLocatorOptions { HasTextRegex = new("^accuracy$") });
        await heading.Locator("button").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.AreEqual("ascending", await heading.GetAttributeAsync("aria-sort"));
        double?[] scores = await Column(page, 3);
        Assert.HasCount(30, scores);
        CollectionAssert.AreEqual(scores.Where(score => score is not null).Order().ToArray(), scores[..18]);
        Assert.IsTrue(scores[18..].All(score => score is null), "What has no score stays behind.");

        await page.Keyboard.PressAsync("Space");
        Assert.AreEqual("descending", await heading.GetAttributeAsync("aria-sort"));
        double?[] turned = await Column(page, 3);
        CollectionAssert.AreEqual(scores[..18].Reverse().ToArray(), turned[..18]);
        Assert.IsTrue(turned[18..].All(score => score is null));
        StringAssert.Contains(await page.Locator("#said").TextContentAsync(), "accuracy, descending");
        _errors.AssertNone();
    }

    [TestMethod]
    public async Task ArrowKeysGoFromTrialToTrialAndMarkThemEverywhere()
    {
        var result = MadeUp.Result(30);
        var page = await Open(result);
        foreach (string chart in new[] { "#curves .chart", "#parameters .chart" })
        {
            await page.Locator(chart).First.Locator("[tabindex='0']").FocusAsync();
            Assert.AreEqual(Text(result.Best!.Number), await Focused(page));
            await page.Keyboard.PressAsync("ArrowRight");
            string second = Text(result.Leaderboard[1].Number);
            Assert.AreEqual(second, await Focused(page));
            Assert.AreEqual(1, await page.Locator($"#leaderboard tr.on[data-trial='{second}']").CountAsync());
            Assert.AreEqual(5, await page.Locator(".on").CountAsync(), "Two curves, a line over the axes, a row of the table and its button.");
            StringAssert.Contains(await page.Locator("#tip").TextContentAsync(), $"Trial {second}, place 2");
            await page.Keyboard.PressAsync("Enter");
            Assert.AreEqual("true", await page.Locator($".mark[data-trial='{second}']").GetAttributeAsync("aria-pressed"));
            await page.Keyboard.PressAsync("Escape");
            Assert.AreEqual(0, await page.Locator(".on").CountAsync());
        }

        _errors.AssertNone();
    }

    [TestMethod]
    public async Task TheMouseNeedNotMeetACurveExactly()
    {
        var page = await Open(MadeUp.Result(1));
        double[] at = await page.EvaluateAsync<double[]>(
            """
            () => {
              const path = document.querySelector('#curves .trial path');
              path.scrollIntoView({ block: 'center' });
              const point = path.getPointAtLength(path.getTotalLength() * 0.9).matrixTransform(path.getScreenCTM());
              return [point.x, point.y];
            }
            """);
        await page.Mouse.MoveAsync((float)at[0], (float)at[1] + 3);
        Assert.IsTrue(await page.Locator("#tip").IsVisibleAsync());
        StringAssert.StartsWith(await page.Locator("#tip").TextContentAsync(), "Trial 1, place 1, finished: accuracy");
        await page.Mouse.MoveAsync(2, 2);
        Assert.IsFalse(await page.Locator("#tip").IsVisibleAsync());
        _errors.AssertNone();
    }

    [TestMethod]
    public async Task DarkAndLightHaveContrast()
    {
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            var page = await Open(MadeUp.Result(20), scheme: scheme);
            bool isDark = await page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(x => x < 40)");
            Assert.AreEqual(scheme == ColorScheme.Dark, isDark);
            await TextContrast.AssertGoodAsync(page);
        }

        _errors.AssertNone();
    }

    [TestMethod]
    public async Task HostileNamesRunNothingAndTheBestPipelineIsCopied()
    {
        const string Evil = "</script><img src=x onerror=document.title='broken'>";
        var page = await Open(MadeUp.Result(8, SearchSpace.Empty.Range(Evil, 0, 1)) with { BestCode = Evil }, title: Evil);
        Assert.AreEqual(Evil, await page.TitleAsync());
        Assert.AreEqual(Evil, await page.Locator("#code").TextContentAsync());
        Assert.AreEqual(0, await page.Locator("img").CountAsync());
        await page.Locator("#copy").ClickAsync();
        await page.WaitForFunctionAsync("document.getElementById('copy').textContent !== 'Copy'");
        _errors.AssertNone();
    }

    private static string Text(int number) => FormattableString.Invariant($"{number}");

    private static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("document.activeElement.dataset.trial");

    private static async Task<double?[]> Column(IPage page, int column) => Array.ConvertAll(
        await page.EvaluateAsync<string[]>($"[...document.querySelectorAll('#leaderboard tbody tr')].map(row => row.children[{column}].dataset.v)"),
        value => value.Length == 0 ? null : (double?)double.Parse(value, System.Globalization.CultureInfo.InvariantCulture));

    private async Task<IPage> Open(SweepResult result, int width = 1200, ColorScheme scheme = ColorScheme.Light, string? title = null)
    {
        IBrowser browser = _browser!.OrSkip();
        SweepReport.Write(_folder["report.html"], result, title);
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 }, ColorScheme = scheme });
        page.SetDefaultTimeout(InstalledBrowser.Patience);
        _errors.Watch(page, "file:");
        await page.GotoAsync(new Uri(_folder["report.html"]).AbsoluteUri);
        return page;
    }
}
