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

    private static async Task<JsonElement> Run(params string[] args)
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding(["minimize", .. args, "--json", "--out", folder.Path]);
        Checks.Figures(run.Json, 3);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
        return run.Json;
    }
}
