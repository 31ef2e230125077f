using System.Text.Json;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.CommandLine;

/// <summary>The folder for files is tried before the work begins, and runs at the same time do not take each other's files.</summary>
[TestClass]
public sealed class OutputFolderTests
{
    public static IEnumerable<object[]> Writers => SampleRegistry.All().Where(sample => sample.Output is not null).Select(sample => new object[] { sample.Name });

    [TestMethod]
    public void SamplesWithAFolderForFilesTryIt()
    {
        foreach (var sample in SampleRegistry.All())
        {
            bool has = sample.Options.Any(option => option.Name is "--out" or "--output");
            Assert.AreEqual(has && sample.Name != "download-mnist", sample.Output is not null, sample.Name);
        }
    }

    /// <summary>The data is wrong too, but that is not even looked at.</summary>
    [TestMethod]
    [DynamicData(nameof(Writers))]
    public async Task AFolderThatCannotBeIsToldBeforeDataIsRead(string name)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "");
        await Refused(name, Path.Combine(folder["file"], "out"), "file");
        if (!OperatingSystem.IsWindows())
        {
            await Refused(name, "/proc/self/out", "/proc/self/out");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Writers))]
    public async Task AFileThatCannotBeReplacedIsToldBeforeDataIsRead(string name)
    {
        using var folder = new TemporaryFolder();
        using (OutputFiles? files = Open(folder.Path, name))
        {
            Directory.CreateDirectory(files!.Path(Name(name)));
        }

        await Refused(name, folder.Path, Name(name));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public async Task RunsAtTheSameTimeIntoOneFolderKeepTheirFilesApart()
    {
        using var folder = new TemporaryFolder();
        Invocation[] runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
            Invocation.Succeeding("sine", "--method", "engine", "--epochs", "300", "--seed", $"{seed}", "--out", folder["new"], "--json"))));
        string[] figures = [.. runs.SelectMany(run => run.Json.GetProperty("figures").EnumerateArray()).Select(figure => figure.GetString()!)];
        foreach (string figure in figures)
        {
            Checks.Svg(figure);
        }

        foreach (string entry in Directory.GetFileSystemEntries(folder["new"]))
        {
            StringAssert.StartsWith(Path.GetFileName(entry), "sine-");
        }
    }

    [TestMethod]
    public async Task ASecondRunIsNumberedAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        using (Open(folder.Path, "losses"))
        {
            Invocation second = await Invocation.Succeeding("losses", "--out", folder.Path, "--json");
            StringAssert.Contains(second.Lines[0], "losses-2-*, as another run writes losses-*");
            Assert.AreEqual(folder["losses-2-curves.svg"], second.Json.GetProperty("figures")[0].GetString());
            using OutputFiles? third = Open(folder.Path, "losses");
            Assert.AreEqual(2, third!.Number);
            using OutputFiles? other = Open(folder.Path, "sine");
            Assert.AreEqual(1, other!.Number);
        }

        Invocation alone = await Invocation.Succeeding("losses", "--out", folder.Path, "--json");
        Assert.AreEqual(folder["losses-curves.svg"], alone.Json.GetProperty("figures")[0].GetString());
        CollectionAssert.AreEquivalent(new[] { "losses-curves.svg", "losses-2-curves.svg" }, Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public async Task ASecondRunWithFixedNamesIsRefused()
    {
        using var folder = new TemporaryFolder();
        using (OutputFiles.Open(folder.Path, "generate-digits", [], numbered: false))
        {
            Invocation second = await Invocation.Of("generate-digits", "--output", folder.Path);
            Assert.AreEqual(SampleProgram.Failure, second.ExitCode);
            StringAssert.Contains(second.Error, "Another run of 'generate-digits' writes into");
            StringAssert.Contains(second.Error, "--output DIR");
        }
    }

    /// <summary>What a killed run left is a file that nobody holds.</summary>
    [TestMethod]
    public async Task TheLockOfAKilledRunIsTaken()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder[".losses.lock"], "");
        Invocation run = await Invocation.Succeeding("losses", "--out", folder.Path, "--json");
        Assert.AreEqual(folder["losses-curves.svg"], run.Json.GetProperty("figures")[0].GetString());
        Assert.IsFalse(File.Exists(folder[".losses.lock"]));
    }

    [TestMethod]
    public async Task AFolderMadeForNothingIsRemoved()
    {
        using var folder = new TemporaryFolder();
        await Invocation.Of("gd", "--csv", folder["none.csv"], "--out", folder["out"]);
        Assert.IsFalse(Directory.Exists(folder["out"]));
        Directory.CreateDirectory(folder["out"]);
        await Invocation.Of("gd", "--csv", folder["none.csv"], "--out", folder["out"]);
        Assert.IsTrue(Directory.Exists(folder["out"]));
    }

    private static string Name(string sample) => sample switch
    {
        "generate-digits" => "digits-test-labels-idx1-ubyte",
        "losses" => "curves.svg",
        "minimize" => "saddle.svg",
        "search" => "grid.svg",
        "mnist-cnn" => "occlusion.png",
        "automl" or "sweep-coordinator" => "report.html",
        _ => "loss.svg",
    };

    private static OutputFiles? Open(string folder, string sample) => OutputFiles.Open(folder, sample, [], numbered: sample != "generate-digits");

    private static async Task Refused(string name, string output, string part)
    {
        var sample = SampleRegistry.All().Single(s => s.Name == name);
        string option = sample.Output!.Option.Name;
        string[] wrong = sample.Options.Select(o => o.Name) switch
        {
            var names when names.Contains("--csv") => ["--csv", "/no/such/file"],
            var names when names.Contains("--data") => ["--data", "/no/such/folder"],
            _ => [],
        };
        Invocation run = await Invocation.Of([name, option, output, .. wrong]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, "Nothing can be written into the folder");
        StringAssert.Contains(run.Error, part);
        StringAssert.Contains(run.Error, option + " DIR");
        Assert.AreEqual("", run.Output);
    }
}
