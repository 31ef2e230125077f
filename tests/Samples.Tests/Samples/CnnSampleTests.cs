using System.Text.Json;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class CnnSampleTests
{
    [TestMethod]
    public async Task TheEmbeddedDigitsAreLearntAndExplained()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("mnist-cnn", "--epochs", "2", "--json", "--out", folder.Path);

        JsonElement json = run.Json;
        double accuracy = json.GetProperty("testAccuracy").GetDouble();
        Assert.IsGreaterThanOrEqualTo(0.95, accuracy);
        Assert.HasCount(2, json.Numbers("epochSeconds"));
        Assert.AreEqual(105_386, json.GetProperty("parameters").GetInt64());
        string[] figures = [.. json.GetProperty("figures").EnumerateArray().Select(f => Path.GetFileName(f.GetString()!))];
        CollectionAssert.IsSubsetOf(new[] { "mnist-cnn-loss.svg", "mnist-cnn-errors.svg", "mnist-cnn-filters.svg", "mnist-cnn-maps.svg" }, figures);
        foreach (JsonElement picture in json.GetProperty("pictures").EnumerateArray())
        {
            byte[] png = await File.ReadAllBytesAsync(picture.GetString()!);
            CollectionAssert.AreEqual(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, png[..4]);
        }

        Checks.Files(json, new MLContext().Data.LoadFromIdx(DigitFiles.Default.TestImages, DigitFiles.Default.TestLabels, scaling: PixelScaling.Mnist), accuracy);
        StringAssert.Contains(run.Output, "convolution-2d 5×5");
        StringAssert.Contains(run.Output, "precision");
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    public async Task OneEpochOfRealMnistReachesTheAccuracy()
    {
        string data = RealMnist.DirectoryOrSkip();
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("mnist-cnn", "--data", data, "--epochs", "1", "--json", "--out", folder.Path);
        Assert.IsGreaterThanOrEqualTo(0.985, run.Json.GetProperty("testAccuracy").GetDouble());
    }

    [TestMethod]
    public async Task AFolderWithoutTheFilesSaysHowToGetThem()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Of("mnist-cnn", "--data", folder["none"]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, "./run.sh mnist-cnn --data");
    }

    [TestMethod]
    public async Task OneImageIsLearntByHeart()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("cnn-overfit", "--json", "--out", folder.Path);
        JsonElement json = run.Json;
        Assert.AreEqual(38.6, json.GetProperty("firstLoss").GetDouble(), 0.6);
        Assert.IsLessThan(0.25, json.GetProperty("lastLoss").GetDouble());
        double[] outputs = json.Numbers("outputs");
        Assert.HasCount(10, outputs);
        for (int i = 0; i < 10; i++)
        {
            Assert.AreEqual(i + 1, outputs[i], 0.6);
        }

        Assert.AreEqual(145_578, json.GetProperty("parameters").GetInt64());
        Checks.Svg(folder["cnn-overfit-loss.svg"]);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }
}
