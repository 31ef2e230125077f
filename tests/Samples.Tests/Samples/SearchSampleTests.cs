using System.Text.Json;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

/// <summary>The searches of system S3.</summary>
[TestClass]
public sealed class SearchSampleTests
{
    [TestMethod]
    public async Task AllMethodsFindTheWeightOfS3()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("search", "--json", "--out", folder.Path);
        JsonElement json = run.Json;
        foreach (string method in new[] { "exhaustive", "divide", "greedy" })
        {
            Assert.AreEqual(2.0, json.GetProperty($"{method}W").GetDouble());
            Assert.AreEqual(0.0, json.GetProperty($"{method}Loss").GetDouble());
        }

        // 0.0, 0.1, … 4.0.
        Assert.AreEqual(41.0, json.Numbers("evaluations")[0]);
        Assert.IsLessThan(15, json.Numbers("evaluations")[1]);
        Checks.Figures(json, 2);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    public async Task DivideAndConquerNeedsTwiceSixteenEvaluationsOnTheGrid()
    {
        using var folder = new TemporaryFolder();
        JsonElement[] grid = [.. (await Invocation.Succeeding("search", "--json", "--out", folder.Path)).Json.GetProperty("grid").EnumerateArray()];
        Assert.HasCount(3, grid);
        Assert.AreEqual(256, grid[0].GetProperty("evaluations").GetInt32());
        Assert.AreEqual(16 + 16, grid[1].GetProperty("evaluations").GetInt32());
        foreach (JsonElement method in grid)
        {
            Assert.AreEqual(2.0, method.GetProperty("w").GetDouble());
            Assert.AreEqual(4.0, method.GetProperty("c").GetDouble());
            Assert.AreEqual(0.0, method.GetProperty("loss").GetDouble());
        }
    }

    [TestMethod]
    public async Task AFileIsSearchedToTheWidthOfAStep()
    {
        // The slope −3 is as steep as the deviations allow: the end of the range.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["line.csv"], "t,y\n" + string.Join("\n", Enumerable.Range(0, 50).Select(i => $"{i},{100 - (3 * i)}")));
        Invocation run = await Invocation.Succeeding("search", "--csv", folder["line.csv"], "--label", "y", "--json", "--out", folder.Path);
        Assert.AreEqual(-3, run.Json.GetProperty("exhaustiveW").GetDouble(), 1e-9);
        Assert.AreEqual(-3, run.Json.GetProperty("divideW").GetDouble(), 0.3);
        Assert.AreEqual(-3, run.Json.GetProperty("greedyW").GetDouble(), 1e-9);
        StringAssert.Contains(run.Output, "line.csv: 50 rows, y from t");
    }

    [TestMethod]
    public async Task AColumnWithoutAFileIsRefused()
    {
        Invocation run = await Invocation.Of("search", "--label", "y");
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, "no file is given");
    }

    [TestMethod]
    [DataRow("a,b,c\n1,2,3\n", "predicts from 1 column, not from 2")]
    [DataRow("a,b\n1,2\n1,3\n", "Column 'a' never changes")]
    [DataRow("a,b\n1,2\n2,2\n", "Column 'b' never changes")]
    [DataRow("a,b\n1,2\n2,x\n", "Line 3, column 'b'")]
    public async Task AFileThatDoesNotSuitIsRefused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], text);
        Invocation run = await Invocation.Of("search", "--csv", folder["f.csv"], "--out", folder.Path);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, message);
        Assert.AreEqual("", run.Output);
    }
}
