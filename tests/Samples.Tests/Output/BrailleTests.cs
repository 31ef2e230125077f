using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Tests.Output;

[TestClass]
public sealed class BrailleTests
{
    [TestMethod]
    [DataRow(0, 0, '⠁')]
    [DataRow(1, 0, '⠈')]
    [DataRow(0, 1, '⠂')]
    [DataRow(1, 1, '⠐')]
    [DataRow(0, 2, '⠄')]
    [DataRow(1, 2, '⠠')]
    [DataRow(0, 3, '⡀')]
    [DataRow(1, 3, '⢀')]
    public void EachDotHasItsPlace(int x, int y, char expected)
    {
        var pattern = new BraillePattern(2, 2);
        pattern.Set(x + 2, y + 4);
        CollectionAssert.AreEqual(new[] { "⠀⠀", $"⠀{expected}" }, pattern.Lines.ToArray());
    }

    [TestMethod]
    public void ImagesStandSideBySide()
    {
        // 8 × 8 pixels less two columns on each side: two characters wide, two lines.
        float[] full = [.. Enumerable.Repeat(0f, 8), .. Enumerable.Repeat(1f, 56)];
        string[] lines = [.. BrailleImage.Row([full, full], 8)];
        CollectionAssert.AreEqual(new[] { "⣶⣶ ⣶⣶", "⣿⣿ ⣿⣿" }, lines);
    }

    [TestMethod]
    public void ACaptionIsAsWideAsItsImageAndTheGap() => Assert.AreEqual("     7       ", BrailleImage.Center("7", 28));

    [TestMethod]
    public void ACurveRunsFromCornerToCorner()
    {
        string[] lines = [.. BrailleChart.Lines([new Series("", [(0, 2.5), (1000, 0), (500, double.NaN)], "")], "steps", 80)];
        Assert.HasCount(14, lines);
        StringAssert.StartsWith(lines[0], "     2.5 │⠉");
        StringAssert.StartsWith(lines[11], "       0 │");
        Assert.AreNotEqual('⠀', lines[11][^1]);
        StringAssert.EndsWith(lines[13], "1,000 steps");
        Assert.IsTrue(lines.All(line => line.Length <= 80));
    }

    [TestMethod]
    public void SeriesKeepTheirColoursAndTheLaterOneWins()
    {
        var series = new[]
        {
            new Series("data", [(0, 0), (10, 1)], "red", SeriesStyle.Points),
            new Series("line", [(0, 1), (5, 1), (10, 1)], "blue"),
        };
        string[] lines = [.. BrailleChart.Lines(series, "x", 80)];
        Assert.HasCount(14, lines);
        Assert.AreEqual($"       1 │[blue]{new string('⠉', 63)}⠙[/]", lines[0]);
        Assert.AreEqual($"       0 │[red]⣄{new string('⠀', 63)}[/]", lines[11]);
        StringAssert.EndsWith(lines[13], "10 x");
        Assert.AreEqual(10 + 100, BrailleChart.Lines([series[1] with { Color = "" }], "x", 120).First().Length);
    }

    [TestMethod]
    public void ALogarithmicAxisIsEvenInPowers()
    {
        string[] lines = [.. BrailleChart.Lines([new Series("", [(1, 1000), (10, 100), (100, 10), (0, 5), (1000, 1)], "")], "epochs", 80, logarithmicX: true, logarithmicY: true)];
        StringAssert.StartsWith(lines[0], "   1,000 │⠉");
        StringAssert.StartsWith(lines[11], "       1 │⠀");
        StringAssert.EndsWith(lines[11], "⢄");
        StringAssert.EndsWith(lines[13], "1,000 epochs");
    }

    [TestMethod]
    public void ALongLabelMovesTheWholeAxis()
    {
        string[] lines = [.. BrailleChart.Lines([new Series("", [(0, 4.331e-26), (1, 1)], "")], "epochs", 80, logarithmicY: true)];
        StringAssert.StartsWith(lines[0], "        1 │");
        StringAssert.StartsWith(lines[11], "4.331e-26 │");
        StringAssert.StartsWith(lines[12], "          └");
        Assert.IsTrue(lines.All(line => line.Length <= 80));
    }

    [TestMethod]
    public void ACurveOfOneValueOrNoneIsNoError()
    {
        Assert.HasCount(14, BrailleChart.Lines([new Series("", [(0, 0)], "")], "steps", 80).ToArray());
        Assert.HasCount(0, BrailleChart.Lines([new Series("", [(0, double.NaN)], "")], "steps", 80).ToArray());
        Assert.HasCount(0, BrailleChart.Lines([new Series("", [(1, 0), (2, -1)], "")], "steps", 80, logarithmicY: true).ToArray());
    }
}
