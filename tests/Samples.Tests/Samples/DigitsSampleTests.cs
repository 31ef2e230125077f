using System.Text.Json;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tests.Support;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class DigitsSampleTests
{
    private static IDataView Test => new MLContext().Data.LoadFromIdx(DigitFiles.Default.TestImages, DigitFiles.Default.TestLabels);

    [TestMethod]
    public async Task TheMainJobLearnsTheDigits()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("--json", "--out", folder.Path);

        JsonElement json = run.Json;
        Assert.AreEqual("digits", json.GetProperty("sample").GetString());
        double accuracy = json.GetProperty("testAccuracy").GetDouble();
        Assert.IsGreaterThanOrEqualTo(0.95, accuracy);
        double[] loss = json.Numbers("trainLoss");
        Assert.HasCount(15, loss);
        Assert.HasCount(15, json.Numbers("epochSeconds"));
        Assert.HasCount(15, json.Numbers("validationLoss"));
        Assert.IsLessThan(loss[0] / 5, loss[^1]);
        Assert.AreEqual(folder["digits-model.zip"], json.GetProperty("modelPath").GetString());
        Checks.Files(json, Test, accuracy);
    }

    [TestMethod]
    public async Task WithoutJsonTheLastLineIsAFigure()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("digits", "--epochs", "1", "--out", folder["a/b"]);
        StringAssert.EndsWith(run.Lines[^1], "digits-predictions.svg");
        StringAssert.Contains(run.Output, "all 1,000 predictions are equal");
        Assert.IsTrue(File.Exists(folder["a/b/digits-predictions.svg"]));
        Assert.IsTrue(run.Lines.All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    public async Task TheSeedDecidesAndTheThreadsDoNot()
    {
        using var folder = new TemporaryFolder();
        async Task<string> Losses(string seed, string threads)
        {
            Invocation run = await Invocation.Succeeding("--epochs", "1", "--seed", seed, "--threads", threads, "--json", "--out", folder.Path);
            return run.Json.GetProperty("trainLoss").GetRawText() + run.Json.GetProperty("testAccuracy").GetRawText();
        }

        string one = await Losses("5", "1");
        Assert.AreEqual(one, await Losses("5", "2"));
        Assert.AreNotEqual(one, await Losses("6", "1"));
    }

    [TestMethod]
    public async Task AtATerminalABarMoves()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.TrueColor,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 80;
        int code = await SampleProgram.RunAsync(["--epochs", "3", "--out", folder.Path], new Terminal(console, output, output));
        Assert.AreEqual(0, code);
        string shown = output.ToString();
        StringAssert.Contains(shown, "epoch  2/3");
        StringAssert.Contains(shown, "━");
        StringAssert.Contains(shown, "validation loss");
    }

    [TestMethod]
    public async Task AFolderThatCannotBeMadeIsNamed()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "");
        Invocation run = await Invocation.Of("--epochs", "1", "--json", "--out", folder["file"]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, folder["file"]);
        StringAssert.Contains(run.Error, "--out DIR");
        Assert.IsFalse(run.Lines[^1].StartsWith('{'), "A failed run printed JSON.");
    }
}
