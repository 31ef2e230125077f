using Microsoft.Playwright;

namespace MLNet.GradientTrainers.Sweeps.Tests;

/// <summary>The report in a real browser, one that is installed: skipped where there is none.</summary>
[TestClass]
public sealed class SweepReportBrowserTests
{
    private const float Patience = 120_000;

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    private readonly List<string> _errors = [];
    private readonly TemporaryFolder _folder = new();

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        _ = context;
        if (Browsers.FirstOrDefault(File.Exists) is not { } path)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Timeout = Patience,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
    }

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
        Assert.IsEmpty(_errors);
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
        Assert.IsEmpty(_errors);
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

        Assert.IsEmpty(_errors);
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
        Assert.IsEmpty(_errors);
    }

    [TestMethod]
    public async Task DarkAndLightHaveContrast()
    {
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            var page = await Open(MadeUp.Result(20), scheme: scheme);
            bool isDark = await page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(x => x < 40)");
            Assert.AreEqual(scheme == ColorScheme.Dark, isDark);
            string[] poor = await page.EvaluateAsync<string[]>(Contrast);
            Assert.IsEmpty(poor, string.Join('\n', poor));
        }

        Assert.IsEmpty(_errors);
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
        Assert.IsEmpty(_errors);
    }

    /// <summary>Texts whose contrast to the ground behind them is below 4.5, by the formula of WCAG 2.</summary>
    private const string Contrast =
        """
        () => {
          const parts = color => color.match(/[\d.]+/g).map(Number);
          const light = color => parts(color).slice(0, 3).map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4).reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (parts(c).length < 4 || parts(c)[3] > 0) return c; } return 'rgb(255,255,255)'; };
          const poor = new Set();
          for (const e of document.querySelectorAll('h1, h2, p, dt, dd, li, th, td, button, span, caption, figcaption, code, text')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const [a, b] = [light(e.tagName === 'text' ? getComputedStyle(e).fill : getComputedStyle(e).color), light(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) poor.add(`${e.tagName} ${e.className.baseVal ?? e.className} ${ratio.toFixed(2)}`);
          }
          return [...poor];
        }
        """;

    private static string Text(int number) => FormattableString.Invariant($"{number}");

    private static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("document.activeElement.dataset.trial");

    private static async Task<double?[]> Column(IPage page, int column) => Array.ConvertAll(
        await page.EvaluateAsync<string[]>($"[...document.querySelectorAll('#leaderboard tbody tr')].map(row => row.children[{column}].dataset.v)"),
        value => value.Length == 0 ? null : (double?)double.Parse(value, System.Globalization.CultureInfo.InvariantCulture));

    private async Task<IPage> Open(SweepResult result, int width = 1200, ColorScheme scheme = ColorScheme.Light, string? title = null)
    {
        if (_browser is null)
        {
            Assert.Inconclusive($"No browser is installed: there is none of {string.Join(", ", Browsers)}.");
        }

        SweepReport.Write(_folder["report.html"], result, title);
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 }, ColorScheme = scheme });
        page.SetDefaultTimeout(Patience);
        page.Console += (_, message) => Note(message.Type is "error" or "warning" ? message.Text : null);
        page.PageError += (_, error) => Note(error);
        page.Request += (_, request) => Note(request.Url.StartsWith("file:", StringComparison.Ordinal) ? null : request.Url);
        await page.GotoAsync(new Uri(_folder["report.html"]).AbsoluteUri);
        return page;
    }

    private void Note(string? error)
    {
        if (error is not null)
        {
            _errors.Add(error);
        }
    }
}
