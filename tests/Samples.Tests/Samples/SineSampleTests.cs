using System.Text.Json;
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
