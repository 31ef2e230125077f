using System.Text.Json;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

/// <summary>System S4, and saddle points.</summary>
[TestClass]
public sealed class MinimizeSampleTests
{
    [TestMethod]
    public async Task ItFindsTheMinimumOfS4()
    {
        JsonElement json = await Run();
        double x = json.GetProperty("x").GetDouble();
        Assert.AreEqual(5.0870, x, 5e-5);
        Assert.AreEqual(-24.083, json.GetProperty("f").GetDouble(), 5e-4);
        Assert.AreEqual(0, (2 * x * Math.Sin(x)) + (x * x * Math.Cos(x)), 1e-7);
        Assert.IsTrue(json.GetProperty("converged").GetBoolean());
        Assert.IsLessThan(10_000, json.GetProperty("steps").GetInt32());
    }

    [TestMethod]
    public async Task AnotherStartLeadsToAnotherPlace()
    {
        Assert.AreEqual(-2.28893, (await Run("--start", "-1")).GetProperty("x").GetDouble(), 5e-6);
        JsonElement few = await Run("--steps", "3");
        Assert.AreEqual(3, few.GetProperty("steps").GetInt32());
        Assert.IsFalse(few.GetProperty("converged").GetBoolean());
    }

    [TestMethod]
    [DataRow("2.5", "minimum           x = 5.0869851")]
    [DataRow("0", "no minimum; start beside it")]
    public async Task AFlatPointIsNotCalledAMinimum(string start, string text)
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains((await Invocation.Succeeding("minimize", "--start", start, "--out", folder.Path)).Output, text);
    }

    [TestMethod]
    public async Task OnlyPlainDescentStaysAtTheSaddlePoint()
    {
        JsonElement saddle = (await Run()).GetProperty("saddle");
        Assert.AreEqual(0, saddle.Numbers("plain")[1], 0.01);
        Assert.AreEqual(1, Math.Abs(saddle.Numbers("noisy")[1]), 0.1);
        Assert.AreEqual(1, Math.Abs(saddle.Numbers("momentum 0.9")[1]), 0.1);
    }

    [TestMethod]
    public async Task ARateThatIsTooLargeIsBlamed()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Of("minimize", "--rate", "10", "--out", folder.Path);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, "learning rate");
        StringAssert.Contains(run.Error, "Here: --rate ");
    }

    [TestMethod]
    public async Task TheErrorOfALineOverAFileIsMinimised()
    {
        // Years and millions, a million above and below a line in turn.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["f.csv"], "id,y,t\n" + string.Join("\n", Enumerable.Range(0, 40).Select(i => (T: 2000 + i, Off: i % 2 == 0 ? 1e6 : -1e6)).Select(r => FormattableString.Invariant($"n,{(3e6 * r.T) - 5 + r.Off},{r.T}"))));
        Invocation run = await Invocation.Succeeding("minimize", "--csv", folder["f.csv"], "--label", "y", "--features", "t", "--json", "--out", folder.Path);
        double[] closed = run.Json.Numbers("closedForm");
        double[] x = run.Json.Numbers("x");
        Assert.AreEqual(closed[0], x[0], 1e-7 * Math.Abs(closed[0]));
        Assert.AreEqual(closed[1], x[1], 1e-7 * Math.Abs(closed[1]));
        Assert.AreEqual(1e12, run.Json.GetProperty("f").GetDouble(), 1e10);
        Assert.IsTrue(run.Json.GetProperty("converged").GetBoolean());
        Assert.IsLessThan(200, run.Json.GetProperty("steps").GetInt32());
        StringAssert.Contains(run.Output, "f.csv: 40 rows, y from t, both scaled");
        Checks.Figures(run.Json, 2);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    [DataRow("a,b\n5,1\n5,3\n", 0.0, 2.0, 1.0, DisplayName = "a feature that never changes")]
    [DataRow("a,b\n1,2\n", 0.0, 2.0, 0.0, DisplayName = "one row")]
    [DataRow("a,b\n1,4\n2,4\n", 0.0, 4.0, 0.0, DisplayName = "a label that never changes")]
    public async Task PoorFilesHaveAMinimumToo(string text, double w, double b, double f)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], text);
        JsonElement json = (await Invocation.Succeeding("minimize", "--csv", folder["f.csv"], "--json", "--out", folder.Path)).Json;
        Assert.AreEqual(w, json.Numbers("x")[0], 1e-7);
        Assert.AreEqual(b, json.Numbers("x")[1], 1e-7);
        Assert.AreEqual(f, json.GetProperty("f").GetDouble(), 1e-7);
        Checks.Figures(json, 2);
    }

    [TestMethod]
    [DataRow("a,b,c\n1,2,3\n", "predicts from 1 column, not from 2")]
    [DataRow("a,b\n1,x\n", "Line 2, column 'b'")]
    [DataRow("a,b\n1,2\n2,3\n", "--start is for x²·sin x", "--start", "1")]
    [DataRow("a,b\n1,2\n2,3\n", "Here: --rate 0.5", "--rate", "5")]
    [DataRow("", "is empty")]
    public async Task AFileOrOptionThatDoesNotSuitIsRefused(string text, string message, params string[] args)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], text);
        Invocation run = await Invocation.Of(["minimize", "--csv", folder["f.csv"], .. args, "--json", "--out", folder.Path]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, message);
        Assert.AreEqual("", run.Output);
    }

    private static async Task<JsonElement> Run(params string[] args)
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding(["minimize", .. args, "--json", "--out", folder.Path]);
        Checks.Figures(run.Json, 3);
        Assert.IsTrue(run.Lines.All(line => line == line.TrimEnd()), "A line ends in blanks.");
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
        return run.Json;
    }
}
