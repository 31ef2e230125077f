using System.Xml.Linq;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Figures;

[TestClass]
public sealed class FigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public void AChartHasItsTextsAndALineForEachSeries()
    {
        using var folder = new TemporaryFolder();
        new LineChart(
            "Loss & <more>",
            "sub",
            "x",
            "y",
            [
                new Series("raw", [(0, 1), (1, double.NaN), (2, 0.5), (3, double.PositiveInfinity)], Theme.Blue, SeriesStyle.Thin),
                new Series("dots", [(1, 0.7), (2, 0.6)], Theme.Orange, SeriesStyle.Dots),
                new Series("empty", [], Theme.Red),
            ]).Save(folder["chart.svg"]);

        XElement svg = Checks.Svg(folder["chart.svg"]);
        string[] texts = [.. svg.Descendants(Svg + "text").Select(t => t.Value)];
        foreach (string wanted in new[] { "Loss & <more>", "sub", "x", "y", "raw", "dots", "0.0", "1.0" })
        {
            CollectionAssert.Contains(texts, wanted);
        }

        CollectionAssert.DoesNotContain(texts, "empty");
        string[][] lines = [.. svg.Descendants(Svg + "polyline").Select(l => l.Attribute("points")!.Value.Split(' '))];
        CollectionAssert.AreEqual(new[] { 2, 2 }, lines.Select(l => l.Length).ToArray());
    }

    [TestMethod]
    public void DotsHaveNoLineAndBrokenLinesHaveDashes()
    {
        using var folder = new TemporaryFolder();
        new LineChart(
            "Fit",
            "",
            "x",
            "y",
            [
                new Series("data", [(1, 1), (2, 4), (3, 9)], Theme.Blue, SeriesStyle.Points),
                new Series("line", [(1, 1), (3, 8)], Theme.Orange, SeriesStyle.Dashed),
            ]).Save(folder["chart.svg"]);
        XElement svg = Checks.Svg(folder["chart.svg"]);
        Assert.IsNotNull(svg.Descendants(Svg + "polyline").Single().Attribute("stroke-dasharray"));
        Assert.AreEqual(4, svg.Descendants(Svg + "circle").Count(), "Three dots and the legend's.");
    }

    [TestMethod]
    public void LogarithmicAxesAreForWideRangesAboveZero()
    {
        CollectionAssert.IsSubsetOf(new[] { "0.01", "0.1", "1" }, Ticks([(1, 5), (2, 0.002)]));
        CollectionAssert.IsSubsetOf(new[] { "0", "1", "5" }, Ticks([(1, 5), (2, 0)]));
        CollectionAssert.IsSubsetOf(new[] { "4.0", "4.2", "5.0" }, Ticks([(1, 5), (2, 4)]));

        static string[] Ticks((double X, double Y)[] points)
        {
            using var folder = new TemporaryFolder();
            new LineChart("Loss", "", "x", "y", [new Series("s", points, Theme.Blue)]) { LogarithmicY = true }.Save(folder["c.svg"]);
            return [.. Checks.Svg(folder["c.svg"]).Descendants(Svg + "text").Select(t => t.Value)];
        }
    }

    [TestMethod]
    public void AChartOfNothingIsRefused()
    {
        using var folder = new TemporaryFolder();
        var chart = new LineChart("Empty", "", "x", "y", [new Series("s", [(0, double.NaN)], Theme.Blue)]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => chart.Save(folder["x.svg"])).Message, "Empty");
        Assert.IsFalse(File.Exists(folder["x.svg"]));
    }

    [TestMethod]
    public void ALongSeriesKeepsItsExtremes()
    {
        var points = Enumerable.Range(0, 200_000).Select(i => ((double)i, i == 77_777 ? 9.0 : i == 77_790 ? -9.0 : Math.Sin(i))).ToArray();
        var drawn = new Series("s", points, Theme.Blue).Drawn();
        Assert.IsLessThanOrEqualTo(3000, drawn.Count);
        Assert.AreEqual(9.0, drawn.Max(p => p.Y));
        Assert.AreEqual(-9.0, drawn.Min(p => p.Y));
        CollectionAssert.AreEqual(drawn.Select(p => p.X).Order().ToArray(), drawn.Select(p => p.X).ToArray());
    }

    [TestMethod]
    public void SmoothingIsTheWeightedMeanOfThePast()
    {
        // β = 0.5: s₁ = 4; s₂ = (0.25·4 + 0.5·2) / 0.75 = 8/3; s₃ = (0.125·4 + 0.25·2 + 0.5·0) / 0.875 = 8/7.
        var smooth = Series.Smooth([(1, 4), (2, 2), (3, 0)], 0.5);
        Assert.AreEqual(4.0, smooth[0].Y, 1e-12);
        Assert.AreEqual(8.0 / 3, smooth[1].Y, 1e-12);
        Assert.AreEqual(8.0 / 7, smooth[2].Y, 1e-12);
        Assert.AreEqual(3.0, smooth[2].X);
    }

    [TestMethod]
    public void ASheetDrawsEachPixelAbovePaperOnce()
    {
        // 2 × 3 pixels: ink, ink, paper / paper, grey, ink: runs of 2 and 1 in ink, 1 in grey.
        using var folder = new TemporaryFolder();
        new ImageSheet("Sheet", "", [new CaptionedImage([1, 1, 0, 0, 0.5f, 1], 2, 3, "label 7", Theme.Red)]).Save(folder["sheet.svg"]);
        XElement svg = Checks.Svg(folder["sheet.svg"]);
        CollectionAssert.AreEquivalent(
            new[] { "M0 0h2v1h-2zM2 1h1v1h-1z", "M1 1h1v1h-1z" },
            svg.Descendants(Svg + "path").Select(p => p.Attribute("d")!.Value).ToArray());
        XElement caption = svg.Descendants(Svg + "text").Single(t => t.Value == "label 7");
        Assert.AreEqual(Theme.Red, caption.Attribute("fill")!.Value);
    }

    [TestMethod]
    public void AnImageOfOneShadeIsPaper()
    {
        using var folder = new TemporaryFolder();
        new ImageSheet("Sheet", "", [.. Enumerable.Repeat(new CaptionedImage(new float[16], 4, 4, "c"), 7)]).Save(folder["sheet.svg"]);
        XElement svg = Checks.Svg(folder["sheet.svg"]);
        Assert.IsFalse(svg.Descendants(Svg + "path").Any());
        Assert.AreEqual(7, svg.Descendants(Svg + "text").Count(t => t.Value == "c"));
    }
}
