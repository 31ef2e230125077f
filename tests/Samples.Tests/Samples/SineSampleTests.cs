using System.Text.Json;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

/// <summary>System S6: the least-squares optimum is a = 0, b = 0.856740843, c = 0, d = −0.0933303890 with a sum of squares of 8.817165.</summary>
[TestClass]
public sealed class SineSampleTests
{
    private static readonly double[] Optimum = [0, 0.856740843, 0, -0.0933303890];

    [TestMethod]
    public async Task ByHandItReachesTheOptimum()
    {
        JsonElement json = await Run("--method", "manual", "--epochs", "200000");
        Near(json, 1e-9);
        Assert.AreEqual(8.817165, json.GetProperty("sumOfSquares").GetDouble(), 5e-7);
        Assert.AreEqual(200_000, json.GetProperty("epochs").GetInt32());
    }

    [TestMethod]
    public async Task TwoThousandEpochsByHandAreOnTheWay()
    {
        JsonElement json = await Run("--epochs", "2000");
        Assert.AreEqual("manual", json.GetProperty("method").GetString());
        double sum = json.GetProperty("sumOfSquares").GetDouble();
        Assert.IsGreaterThan(8.818, sum);
        Assert.IsLessThan(30, sum);
    }

    [TestMethod]
    public async Task TheEngineReachesTheOptimumToo()
    {
        JsonElement json = await Run("--method", "engine", "--epochs", "12000");
        Near(json, 1e-3);
        Assert.AreEqual(8.817165, json.GetProperty("sumOfSquares").GetDouble(), 1e-3);
    }

    [TestMethod]
    public async Task RMSpropDescends()
    {
        double few = (await Run("--method", "rmsprop", "--epochs", "100")).GetProperty("sumOfSquares").GetDouble();
        JsonElement json = await Run("--method", "rmsprop");
        Assert.AreEqual(2000, json.GetProperty("epochs").GetInt32());
        Assert.IsLessThan(few / 2, json.GetProperty("sumOfSquares").GetDouble());
    }

    [TestMethod]
    public async Task ItsLinesFitAndOtherSeedsStartElsewhere()
    {
        using var folder = new TemporaryFolder();
        Invocation one = await Invocation.Succeeding("sine", "--epochs", "10", "--out", folder.Path);
        Assert.IsTrue(one.Lines.All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
        StringAssert.Contains(one.Output, "try more --epochs");
        Invocation other = await Invocation.Succeeding("sine", "--epochs", "10", "--seed", "2", "--out", folder.Path);
        Assert.AreNotEqual(one.Lines.First(line => line.Contains("learned  ", StringComparison.Ordinal)), other.Lines.First(line => line.Contains("learned  ", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("manual", "200000", 1e-9)]
    [DataRow("engine", "4000", 1e-3)]
    [DataRow("rmsprop", "20000", 1e-2)]
    public async Task TheCubicOfAFileIsFoundInItsUnits(string method, string epochs, double tolerance)
    {
        // The rows come in no order.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["c.csv"], "n;t;y\n" + string.Join("\n", Enumerable.Range(0, 60).Select(i => i * 37 % 60).Select(i => (N: i, T: (i / 2.0) - 10)).Select(r => FormattableString.Invariant($"{r.N};{r.T};{2 - (3 * r.T) + (0.5 * r.T * r.T) - (0.25 * r.T * r.T * r.T)}"))));
        Invocation run = await Invocation.Succeeding("sine", "--csv", folder["c.csv"], "--label", "y", "--features", "t", "--method", method, "--epochs", epochs, "--json", "--out", folder.Path);
        double[] solution = run.Json.Numbers("leastSquares");
        double[] coefficients = run.Json.Numbers("coefficients");
        foreach (var (expected, place) in new[] { 2, -3, 0.5, -0.25 }.Select((value, i) => (value, i)))
        {
            Assert.AreEqual(expected, solution[place], 1e-9);
            Assert.AreEqual(expected, coefficients[place], tolerance * 100);
        }

        // The labels' variance is about 1e6.
        Assert.IsLessThan(1e6 * 60 * tolerance * tolerance, run.Json.GetProperty("sumOfSquares").GetDouble());
        StringAssert.Contains(run.Output, "c.csv: 60 rows, y from t, both scaled");
        Checks.Figures(run.Json, 2);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    public async Task YearsAndHugeLabelsAreNoHardship()
    {
        using var folder = new TemporaryFolder();
        double at(int year) => 1e30 * (1 + (0.1 * (year - 2000)) - (0.001 * (year - 2000) * (year - 2000)));
        await File.WriteAllTextAsync(folder["c.csv"], "year,y\n" + string.Join("\n", Enumerable.Range(1990, 30).Select(year => FormattableString.Invariant($"{year},{at(year)}"))));
        Invocation run = await Invocation.Succeeding("sine", "--csv", folder["c.csv"], "--json", "--out", folder.Path);
        Assert.IsLessThan(1e60 * 1e-16, run.Json.GetProperty("sumOfSquares").GetDouble());
        StringAssert.Contains(run.Output, "still to go       nothing");
    }

    [TestMethod]
    [DataRow("a,b,c\n1,2,3\n", "predicts from 1 column, not from 2")]
    [DataRow("a,b\n1,2\n2,x\n", "Line 3, column 'b'")]
    [DataRow("a,b\n1,2\n2,3\n3,5\n1,2\n", "needs four different values of 'a', not too close together, but the file has 3")]
    [DataRow("a,b\n0.1,2\n0.1,3\n0.1,5\n0.1,7\n", "the file has 1")]
    [DataRow("", "is empty")]
    public async Task AFileThatDoesNotSuitIsRefused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], text);
        Invocation run = await Invocation.Of("sine", "--csv", folder["f.csv"], "--json", "--out", folder.Path);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, message);
        Assert.AreEqual("", run.Output);
    }

    private static void Near(JsonElement json, double tolerance)
    {
        double[] coefficients = json.Numbers("coefficients");
        Assert.HasCount(4, coefficients);
        for (int i = 0; i < 4; i++)
        {
            Assert.AreEqual(Optimum[i], coefficients[i], tolerance);
        }
    }

    private static async Task<JsonElement> Run(params string[] args)
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding(["sine", .. args, "--json", "--out", folder.Path]);
        Checks.Figures(run.Json, 2);
        return run.Json;
    }
}
