using System.Text.Json;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Losses;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class LossesSampleTests
{
    [TestMethod]
    public async Task AllLossesAreShownAndPlotted()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("losses", "--json", "--out", folder.Path);
        foreach (Loss loss in Kernels.Losses.All)
        {
            StringAssert.Contains(run.Output, loss.Name);
        }

        Assert.HasCount(2, run.Lines.Where(line => line.StartsWith("  quantile, τ = 0.8", StringComparison.Ordinal)), "Both tables say of which quantile they speak.");
        Checks.Figures(run.Json, 1);
        string figure = await File.ReadAllTextAsync(run.Json.GetProperty("figures")[0].GetString()!);
        Assert.IsTrue(Kernels.Losses.All.All(loss => figure.Contains($">{loss.Name}<", StringComparison.Ordinal)));
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    public void DerivativesAreThoseOfTheCurves()
    {
        // Away from the corners of the absolute error, the Huber loss and the quantile loss.
        foreach (LossCurve curve in LossCurve.All)
        {
            foreach (double z in new[] { -2.3, -0.4, 0.7, 1.9 })
            {
                var at = curve.At([z - 1e-5, z, z + 1e-5]);
                Assert.AreEqual((at[2].Value - at[0].Value) / 2e-5, at[1].Derivative, 1e-6, $"{curve.Loss.Name} at {z}");
            }
        }
    }

    [TestMethod]
    public async Task PredictionsOfAFileAreMeasured()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["p.csv"], "id,truth,guess\nx,1,2\ny,0,0\nz,1,-2\n");
        JsonElement losses = (await Invocation.Succeeding("losses", "--csv", folder["p.csv"], "--label", "truth", "--features", "guess", "--json", "--out", folder.Path))
            .Json.GetProperty("losses");
        JsonElement of(string name) => losses.EnumerateArray().Single(loss => loss.GetProperty("name").GetString() == name);
        Assert.AreEqual(10.0, of("mean-squared-error").GetProperty("sum").GetDouble(), 1e-12);
        Assert.AreEqual(4.0 / 3, of("mean-absolute-error").GetProperty("mean").GetDouble(), 1e-12);

        // −ln σ(2) − ln(1 − σ(0)) − ln σ(−2).
        Assert.AreEqual(Math.Log(1 + Math.Exp(-2)) + Math.Log(2) + Math.Log(1 + Math.Exp(2)), of("binary-cross-entropy").GetProperty("sum").GetDouble(), 1e-12);
    }

    [TestMethod]
    public async Task LossesOfProbabilitiesAndCountsAreForThose()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["p.csv"], "-1.5,2\n3,4\n");
        string text = (await Invocation.Succeeding("losses", "--csv", folder["p.csv"], "--label", "1", "--json", "--out", folder.Path)).Json.GetProperty("losses").GetRawText();
        Assert.IsFalse(text.Contains("entropy", StringComparison.Ordinal) || text.Contains("poisson", StringComparison.Ordinal), text);
    }

    [TestMethod]
    public async Task ALossThatOverflowsIsNull()
    {
        // Poisson's loss takes the prediction for the logarithm of a count.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["p.csv"], "guess,truth\n1e30,2e30\n3e30,1e30\n");
        Invocation run = await Invocation.Succeeding("losses", "--csv", folder["p.csv"], "--json", "--out", folder.Path);
        JsonElement poisson = run.Json.GetProperty("losses").EnumerateArray().Single(loss => loss.GetProperty("name").GetString() == "poisson");
        Assert.AreEqual(JsonValueKind.Null, poisson.GetProperty("mean").ValueKind);
        Assert.AreEqual(1.5e30, run.Json.GetProperty("losses").EnumerateArray().Single(loss => loss.GetProperty("name").GetString() == "mean-absolute-error").GetProperty("mean").GetDouble(), 1e15);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    [DataRow("a,b,c\n1,2,3\n", "predicts from 1 column, not from 2", "--label", "a")]
    [DataRow("a,b\n1,2\n", "Its columns: a, b.", "--label", "c")]
    [DataRow("a,b\n1,2\n", "'b' is both the label and a feature", "--features", "b")]
    [DataRow("a,b\n1,2\n", "--features names a column twice", "--features", "a,1")]
    [DataRow("a,b\n1,2\n", "--features names no column", "--features", ",")]
    [DataRow("a,b\n1,2\n3,x\n", "Line 3, column 'b'")]
    [DataRow("a,b\n1,2\nx,3\n", "Line 3, column 'a'")]
    [DataRow("a\n1\n", "has one column")]
    [DataRow("", "is empty")]
    public async Task AFileThatDoesNotSuitIsRefused(string text, string message, params string[] args)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["p.csv"], text);
        Invocation run = await Invocation.Of(["losses", "--csv", folder["p.csv"], .. args, "--json"]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, message);
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    [DataRow("--label")]
    [DataRow("--features")]
    public async Task AColumnWithoutAFileIsRefused(string option)
    {
        Invocation run = await Invocation.Of("losses", option, "x");
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, $"{option} names a column of a file, but no file is given. Give it with --csv FILE.");
    }
}
