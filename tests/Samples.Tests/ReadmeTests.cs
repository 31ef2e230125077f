using System.Text.RegularExpressions;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests;

/// <summary>README.md says what is so: its code compiles and runs, its samples exist, its links lead somewhere.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    private static readonly string Root = Repository.Root;
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");

    [TestMethod]
    public void TheExampleIsTheOneCompiledHere()
    {
        string source = File.ReadAllText(Path.Combine(Root, "tests", "Samples.Tests", "ReadmeTests.cs")).ReplaceLineEndings("\n");
        string[] compiled = source.Split("// README begins\n")[1].Split("// README ends")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] shown = Readme.Split("```csharp\n")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        CollectionAssert.AreEqual(new[] { "using Microsoft.ML;", "using MLNet.GradientTrainers;" }, shown[..2]);
        CollectionAssert.AreEqual(compiled, shown[2..]);
        Assert.HasCount(10, shown);
    }

    [TestMethod]
    public void TheExampleRuns()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        foreach (string file in Directory.GetFiles(Path.Combine(Root, "data"), "digits-*"))
        {
            File.Copy(file, Path.Combine(folder["data"], Path.GetFileName(file)));
        }

        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Assert.IsGreaterThan(0.95, Example());
            Assert.IsTrue(File.Exists("digits.zip"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [TestMethod]
    public void ItsSamplesExistAndAllAreNamed()
    {
        var names = SampleRegistry.All().Select(s => s.Name).ToArray();
        var run = RunCommand().Matches(Readme).Select(m => m.Groups[1].Value).ToArray();
        Assert.IsGreaterThan(1, run.Length);
        CollectionAssert.IsSubsetOf(run, names.Append("help").ToArray());
        foreach (string name in names)
        {
            Assert.IsTrue(SampleRow().Matches(Readme).Any(row => row.Value.Contains($"`{name}`", StringComparison.Ordinal)), name);
        }
    }

    [TestMethod]
    public void ItsLinksLeadToFilesOfTheRepository()
    {
        var targets = Link().Matches(Readme).Select(m => m.Groups[1].Value).Where(t => !t.StartsWith("https://", StringComparison.Ordinal)).ToArray();
        Assert.IsGreaterThan(5, targets.Length);
        foreach (string target in targets)
        {
            Assert.IsTrue(File.Exists(Path.Combine(Root, target)), target);
        }
    }

    private static double Example()
    {
        // README begins
        var mlContext = new MLContext(seed: 1);
        IDataView train = mlContext.Data.LoadFromIdx("data/digits-train-images-idx3-ubyte", "data/digits-train-labels-idx1-ubyte");
        IDataView test = mlContext.Data.LoadFromIdx("data/digits-test-images-idx3-ubyte", "data/digits-test-labels-idx1-ubyte");
        var pipeline = mlContext.Transforms.NormalizeMinMax("Features").Append(new MlpTrainer(mlContext, hiddenLayers: [256, 128]));
        ITransformer model = pipeline.Fit(train);
        var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine($"Accuracy on new images: {metrics.MicroAccuracy:0.000}");
        mlContext.Model.Save(model, train.Schema, "digits.zip");

        // README ends
        return metrics.MicroAccuracy;
    }

    [GeneratedRegex(@"\./run\.sh ([a-z][a-z-]*)")]
    private static partial Regex RunCommand();

    [GeneratedRegex(@"^\| `[^|]*\|", RegexOptions.Multiline)]
    private static partial Regex SampleRow();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
