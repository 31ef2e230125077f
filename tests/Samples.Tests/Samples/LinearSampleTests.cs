using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

/// <summary>Systems S1, S2 and the descent of S3, and the same samples on files.</summary>
[TestClass]
public sealed partial class LinearSampleTests
{
    [TestMethod]
    public async Task GradientDescentGivesTheWeightOfS1()
    {
        JsonElement json = await Own("gd");
        Assert.AreEqual(1.9999444396553017, json.GetProperty("w").GetDouble(), 1e-15);
        Assert.AreEqual(4.0, json.GetProperty("predictionBefore").GetDouble());
        Assert.AreEqual(7.999777758621207, json.GetProperty("predictionAfter").GetDouble(), 4e-15);

        // Errors of 1, 2, 3 at the start, then each time (1 − 2 · 0.01 · 14/3)² as large.
        double[] loss = json.Numbers("loss");
        Assert.HasCount(100, loss);
        Assert.AreEqual(14.0 / 3, loss[0], 1e-12);
        Assert.AreEqual(Math.Pow(1 - (0.28 / 3), 2), loss[50] / loss[49], 1e-9);
    }

    [TestMethod]
    public async Task StochasticDescentGivesTheWeightOfS2()
    {
        JsonElement json = await Own("sgd");
        Assert.AreEqual(1.9999999999999236, json.GetProperty("w").GetDouble(), 1e-15);
        Assert.AreEqual(4.0, json.GetProperty("predictionBefore").GetDouble());
        Assert.AreEqual(7.9999999999996945, json.GetProperty("predictionAfter").GetDouble(), 1e-14);
        Assert.HasCount(100, json.Numbers("loss"));
    }

    [TestMethod]
    public async Task MiniBatchesFindTheWeightToo()
    {
        JsonElement json = await Own("minibatch");
        Assert.AreEqual(2, json.GetProperty("w").GetDouble(), 1e-4);
        double[] loss = json.Numbers("loss");
        Assert.IsLessThan(1e-6 * loss[0], loss[^1]);
    }

    [TestMethod]
    [DataRow("gd", 1e-3)]
    [DataRow("sgd", 0.05)]
    [DataRow("minibatch", 0.05)]
    public async Task ColumnsOfAFileGetTheirWeights(string sample, double tolerance)
    {
        // price = 3·area − 200·age + 1000, exactly; the id must stay out.
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var rows = Enumerable.Range(0, 200).Select(i => (Area: 20 + random.Next(200), Age: random.Next(50))).Select(r => $"n{r.Area};{r.Area};{(3 * r.Area) - (200 * r.Age) + 1000};{r.Age}");
        await File.WriteAllTextAsync(folder["homes.csv"], "id;area;price;age\n" + string.Join("\n", rows));
        Invocation run = await Invocation.Succeeding(
            sample, "--csv", folder["homes.csv"], "--label", "price", "--features", "area,age", "--epochs", "300", "--json", "--out", folder.Path);
        double[] weights = run.Json.Numbers("w");
        Assert.AreEqual(3, weights[0], 3 * tolerance);
        Assert.AreEqual(-200, weights[1], 200 * tolerance);
        Assert.AreEqual(1000, run.Json.GetProperty("b").GetDouble(), 3000 * tolerance);
        StringAssert.Contains(run.Output, "homes.csv: 200 rows, price from 2 columns");
        StringAssert.Contains(run.Output, "R² 1.0000");
        Checks.Figures(run.Json, 2);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    [DataRow("gd")]
    [DataRow("sgd")]
    [DataRow("minibatch")]
    public async Task AFewRowsAreEnoughForALine(string sample)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["few.csv"], "x,y\n1,2\n2,4\n3,6\n");
        JsonElement json = (await Invocation.Succeeding(sample, "--csv", folder["few.csv"], "--json", "--out", folder.Path)).Json;
        Assert.AreEqual(2, json.GetProperty("w").GetDouble(), 1e-3);
        Assert.AreEqual(0, json.GetProperty("b").GetDouble(), 1e-3);
    }

    /// <summary>A line explains next to nothing of labels that jump up and down; their squares are more than a Single holds.</summary>
    [TestMethod]
    [DataRow("gd")]
    [DataRow("linear-csv")]
    public async Task LargeLabelsHaveTheirOwnRSquared(string sample)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], "x,y\n" + string.Join("\n", Enumerable.Range(0, 50).Select(i => $"{i},{(i % 2 == 0 ? "" : "-")}3e38")));
        Invocation run = await Invocation.Succeeding(sample, "--csv", folder["f.csv"], "--out", folder.Path);
        double rSquared = double.Parse(RSquared().Match(run.Output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        // The least-squares line's: the squared correlation of i and (−1)ⁱ, 3/(n² − 1).
        Assert.AreEqual(3.0 / 2499, rSquared, 0.002);
    }

    [TestMethod]
    [DataRow("gd")]
    [DataRow("sgd")]
    [DataRow("minibatch")]
    public async Task ALabelThatNeverChangesHasNoRSquared(string sample)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], "x,y\n1,0.1\n2,0.1\n4,0.1\n");
        Invocation run = await Invocation.Succeeding(sample, "--csv", folder["f.csv"], "--out", folder.Path);
        StringAssert.Contains(run.Output, "R² not defined");
        Assert.IsFalse(run.Output.Contains("NaN", StringComparison.Ordinal), run.Output);
    }

    [TestMethod]
    public async Task AFileWithoutHeaderHasNumberedColumns()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["line.csv"], string.Join("\n", Enumerable.Range(0, 30).Select(i => $"{(2 * i) + 1}\t{i}")));
        Invocation run = await Invocation.Succeeding("gd", "--csv", folder["line.csv"], "--label", "1", "--json", "--out", folder.Path);
        Assert.AreEqual(2, run.Json.GetProperty("w").GetDouble(), 1e-3);
        Assert.AreEqual(1, run.Json.GetProperty("b").GetDouble(), 1e-2);
        StringAssert.Contains(run.Output, "column 1 from 1 column");
    }

    [TestMethod]
    [DataRow("gd", "0.5")]
    [DataRow("sgd", "0.4")]
    [DataRow("minibatch", "0.4")]
    public async Task ARateThatIsTooLargeIsBlamedAndAUsableOneNamed(string sample, string rate)
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Of(sample, "--rate", rate, "--json", "--out", folder.Path);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, "learning rate");
        string usable = run.Error.TrimEnd().Split("Here: --rate ")[1];
        Assert.AreEqual(2, (await Invocation.Succeeding(sample, "--rate", usable, "--json", "--out", folder.Path)).Json.GetProperty("w").GetDouble(), 1e-3);
    }

    [TestMethod]
    [DataRow("gd")]
    [DataRow("sgd")]
    [DataRow("minibatch")]
    [DataRow("linear-csv")]
    public async Task EachSaysWhatIsWrongWithAFile(string sample)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["bad.csv"], "a,b\n1,2\n3,four\n");
        await File.WriteAllTextAsync(folder["empty.csv"], "");
        await Refused($"'{folder["none.csv"]}' does not exist", "--csv", folder["none.csv"]);
        await Refused("is empty", "--csv", folder["empty.csv"]);
        await Refused("Its columns: a, b.", "--csv", folder["bad.csv"], "--label", "price");
        await Refused("Line 3, column 'b'", "--csv", folder["bad.csv"]);
        await Refused("no file is given", "--label", "a");

        async Task Refused(string message, params string[] args)
        {
            Invocation run = await Invocation.Of([sample, .. args, "--json", "--out", folder.Path]);
            Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
            StringAssert.Contains(run.Error, message);
            Assert.AreEqual("", run.Output);
        }
    }

    private static async Task<JsonElement> Own(string sample)
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding(sample, "--json", "--out", folder.Path);
        Checks.Figures(run.Json, 3);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
        return run.Json;
    }

    [GeneratedRegex(@"R²\s+(-?[\d.]+)")]
    private static partial Regex RSquared();
}
