using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Figures;

[TestClass]
public sealed partial class SurfaceTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public void APlaneIsCutWhereItReachesTheLevel()
    {
        // f = x on 4 × 1 cells of 10 × 10 pixels: below 2.5 are two whole cells and half a third one.
        var heights = new double[2, 5];
        for (int column = 0; column < 5; column++)
        {
            heights[0, column] = heights[1, column] = column;
        }

        Assert.AreEqual("M0 10L20 10L20 0L0 0zM20 10L25 10L25 0L20 0z", LevelSet.Below(heights, 2.5, 0, 40, 10, 0));
        Assert.AreEqual("M0 10L40 10L40 0L0 0z", LevelSet.Below(heights, 4.5, 0, 40, 10, 0));
        Assert.AreEqual("", LevelSet.Below(heights, 0, 0, 40, 10, 0));
    }

    [TestMethod]
    public void AreasOfABowlAreThoseOfItsDiscs()
    {
        const int Cells = 80;
        var heights = new double[Cells + 1, Cells + 1];
        for (int i = 0; i <= Cells; i++)
        {
            for (int j = 0; j <= Cells; j++)
            {
                heights[i, j] = Square((2.0 * i / Cells) - 1) + Square((2.0 * j / Cells) - 1);
            }
        }

        Assert.AreEqual(Math.PI * 0.64, Area(LevelSet.Below(heights, 0.64, 0, 200, 200, 0)) / 1e4, 2e-3);
        static double Square(double x) => x * x;
    }

    [TestMethod]
    public void ASurfaceHasItsBandsPathAndTexts()
    {
        using var folder = new TemporaryFolder();
        new SurfaceChart(
            new ChartFrame("Error over w and b", "sub", "w", "b"),
            "error",
            (x, y) => (x * x) + (4 * y * y),
            (-1, 1),
            (-2, 2),
            [new Series("descent", [(1, 1), (0.5, 0.1), (0, 0)], Theme.Orange, SeriesStyle.Dots)]).Save(folder["s.svg"]);
        XElement svg = Checks.Svg(folder["s.svg"]);
        Assert.AreEqual(15, svg.Descendants(Svg + "path").Count());
        Assert.AreEqual(1, svg.Descendants(Svg + "polyline").Count());
        string[] texts = [.. svg.Descendants(Svg + "text").Select(t => t.Value)];
        foreach (string wanted in new[] { "Error over w and b", "w", "b", "descent", "error  0", "17" })
        {
            CollectionAssert.Contains(texts, wanted);
        }
    }

    [TestMethod]
    public void ASheetOfPanelsHasAllOfThem()
    {
        using var folder = new TemporaryFolder();
        Panel panel(int i) => new($"panel {i}", "x", [new Series("f", [(-1, i), (1, -i)], Theme.Blue), new Series("g", [(-1, 0), (1, 1)], Theme.Orange)]);
        new PanelSheet("Sheet", "sub", [.. Enumerable.Range(1, 5).Select(panel)]).Save(folder["p.svg"]);
        XElement svg = Checks.Svg(folder["p.svg"]);
        Assert.AreEqual(10, svg.Descendants(Svg + "polyline").Count());
        Assert.AreEqual(5, svg.Descendants(Svg + "text").Count(t => t.Value.StartsWith("panel ", StringComparison.Ordinal)));
    }

    /// <summary>The sum of the areas of the polygons, by the shoelace formula.</summary>
    private static double Area(string path) => path.Split('z', StringSplitOptions.RemoveEmptyEntries).Sum(polygon =>
    {
        var points = Point().Matches(polygon).Select(m => (X: Number(m.Groups[1].Value), Y: Number(m.Groups[2].Value))).ToArray();
        return Math.Abs(points.Select((p, i) => (p.X * points[(i + 1) % points.Length].Y) - (p.Y * points[(i + 1) % points.Length].X)).Sum()) / 2;
    });

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ML]([\d.]+) ([\d.]+)")]
    private static partial Regex Point();
}
