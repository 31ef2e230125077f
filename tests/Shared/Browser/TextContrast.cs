using Microsoft.Playwright;

namespace MLNet.GradientTrainers.TestSupport;

/// <summary>The contrast of a page's texts to the ground behind them, by the formula of WCAG 2.</summary>
internal static class TextContrast
{
    private const string Poor =
        """
        () => {
          const parts = color => color.match(/[\d.]+/g).map(Number);
          const light = color => parts(color).slice(0, 3).map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4).reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (parts(c).length < 4 || parts(c)[3] > 0) return c; } return 'rgb(255,255,255)'; };
          const poor = new Set();
          for (const e of document.querySelectorAll('h1, h2, p, a, b, dt, dd, li, th, td, button, label, summary, span, caption, figcaption, code, text')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const [a, b] = [light(e.tagName === 'text' ? getComputedStyle(e).fill : getComputedStyle(e).color), light(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) poor.add(`${e.tagName} ${e.className.baseVal ?? e.className} ${ratio.toFixed(2)}`);
          }
          return [...poor];
        }
        """;

    /// <summary>Fails when a text has less than 4.5, which level AA asks for.</summary>
    public static async Task AssertGoodAsync(IPage page)
    {
        string[] poor = await page.EvaluateAsync<string[]>(Poor);
        Assert.IsEmpty(poor, string.Join('\n', poor));
    }
}
