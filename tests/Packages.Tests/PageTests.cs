using System.Text.RegularExpressions;
using MLNet.GradientTrainers.Pipelines.Tests.Images;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>The C# of the pages compiles against the packages that a pack in the root makes, and runs.</summary>
[TestClass]
public sealed class PageTests
{
    private static readonly Dictionary<string, PageProgram> Pages = new()
    {
        ["Readme"] = new("README.md"),
        ["PlugInPackage"] = new("src/Trainers/README.md"),
        ["Trainers"] = new("docs/trainers.md", PointRows.Given("CheckpointedRow")),
        ["Recipes"] = new("docs/recipes.md"),
        ["Interchange"] = new("docs/interchange.md"),
        ["GpuPackage"] = new("src/Gpu/README.md"),
        ["Gpu"] = new("docs/gpu.md", """
            using Microsoft.ML;
            using MLNet.GradientTrainers;
            var mlContext = new MLContext();
            NetworkDefinition definition = new(new TensorShape(2), [new Dense(1)]);
            """),
        ["SweepsPackage"] = new("src/Sweeps/README.md", PointRows.Given("SweptPoint")),
        ["Sweeps"] = new("docs/sweeps.md", PointRows.Given("SweptRow")),
        ["DistributedPackage"] = new("src/Distributed/README.md", PointRows.Given("SharedPoint")),
        ["Scale"] = new("docs/scale.md", PointRows.Given("ScaledPoint")),
        ["ParquetPackage"] = new("src/Parquet/README.md", """
            using Microsoft.ML;
            await Parquet.Serialization.ParquetSerializer.SerializeAsync(Enumerable.Range(0, 90).Select(i => new TravelledRow { Mode = $"mode {i % 3}", Features = [i % 3, i % 2, 1] }), "trips.parquet");
            var mlContext = new MLContext(1);
            internal sealed class TravelledRow
            {
                public string Mode { get; set; } = "";
                public float[] Features { get; set; } = [];
            }
            """),
        ["SweepClusterPackage"] = new("src/SweepCluster/README.md", PointRows.Given("ClusteredPoint", "string[] args = [];")),
        ["HostingPackage"] = new("src/Hosting/README.md", """
            using Microsoft.ML;
            using MLNet.GradientTrainers;
            var mlContext = new MLContext(1);
            var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 90).Select(i => new FlowerRow { Label = (uint)(i % 3), Features = [i % 3, i % 2, 1] }).ToArray());
            mlContext.Model.SaveAtomically(new MlpTrainer(mlContext, new MlpTrainer.Options { NumberOfEpochs = 1 }).Fit(rows), rows.Schema, "flowers.zip");
            internal sealed class FlowerRow
            {
                [Microsoft.ML.Data.KeyType(3)]
                public uint Label { get; set; }
                [Microsoft.ML.Data.VectorType(3)]
                public float[] Features { get; set; } = [];
            }
            """),
        ["Hosting"] = new("docs/hosting.md"),
        ["EnginePackage"] = new("src/Kernels/README.md"),
        ["Engine"] = new("docs/engine.md", """
            using MLNet.GradientTrainers.Kernels;
            DenseRows features = new(new float[20 * 784], 784);
            int[] labels = new int[20];
            float[] rows = new float[784];
            float[] scores = new float[10];
            int count = 1;
            """),
        ["Toolbox"] = new("docs/toolbox.md", """
            using MLNet.GradientTrainers.Kernels;
            NetworkDefinition definition = new(new TensorShape(2), [new Dense(1)]);
            using Network<float> network = new(definition, Backend.Create(), maxRows: 64, training: true);
            network.Load(NetworkWeights.Initialize(definition, seed: 1));
            TrainingData data = new(new DenseRows([0, 1, 1, 0], 2), new DenseRows([1, 2], 1));
            """),
    };

    private static readonly Lazy<ConsoleProject> Project = new(Create);

    [ClassCleanup]
    public static void DeleteProject()
    {
        if (Project.IsValueCreated)
        {
            Project.Value.Dispose();
        }
    }

    public static IEnumerable<object[]> Names => Pages.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItsProgramRunsAndPrintsWhatItSays(string page)
    {
        string[] output = Project.Value.Run(page);
        foreach (string formula in Pages[page].PromisedFormulas())
        {
            CollectionAssert.Contains(output, formula);
        }

        if (page == "Readme")
        {
            Assert.Contains(line => line.StartsWith("Accuracy on new images: 0.9", StringComparison.Ordinal), output);
            Assert.Contains(line => line is "Accuracy on new wines: 1.000" || line.StartsWith("Accuracy on new wines: 0.9", StringComparison.Ordinal), output);
            Assert.Contains(line => Regex.IsMatch(line, @"^A wine of class (\d) is predicted as \1$"), output);
            Assert.IsTrue(File.Exists(Project.Value["digits.zip"]));
        }

        if (page == "Interchange")
        {
            foreach (string file in new[] { "wines.onnx", "network.onnx", "engine.onnx" })
            {
                Assert.IsGreaterThan(1000, new FileInfo(Project.Value[file]).Length, file);
            }
        }

        if (page == "Recipes")
        {
            Assert.Contains("Accuracy on new images: 1.000", output);
            Assert.Contains(line => Regex.IsMatch(line, @"^images.(\w+).[\w.-]+: \1$"), output);
        }
    }

    [TestMethod]
    public void NoPageWithCSharpIsLeftOut()
    {
        var pages = Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(new[] { "benchmarks", "data", "docs", "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Where(file => File.ReadLines(file).Contains("```csharp"))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .ToArray();
        CollectionAssert.AreEquivalent(Pages.Values.Concat(AutoMLPageTests.Pages.Values).Select(page => page.Name).ToArray(), pages);
    }

    /// <summary>C# is fenced, so that none escapes these tests; what is indented are commands.</summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OnlyCommandsAreIndented(string page)
    {
        foreach (string line in Pages[page].IndentedLines())
        {
            Assert.IsTrue(line.StartsWith("./", StringComparison.Ordinal) || line.StartsWith("dotnet ", StringComparison.Ordinal), line);
        }
    }

    /// <summary>Images of two shapes, each shape in a folder of its name.</summary>
    private static void WriteImages(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (Sign sign in SignFolder.Write(folder, count: 120, seed: 1))
        {
            string file = Path.Combine(folder, sign.File);
            if (sign.Shape == "cross")
            {
                File.Delete(file);
                continue;
            }

            Directory.CreateDirectory(Path.Combine(folder, sign.Shape));
            File.Move(file, Path.Combine(folder, sign.Shape, sign.File));
        }
    }

    private static ConsoleProject Create()
    {
        string[] references =
        [
            $"<PackageReference Include=\"MLNet.GradientTrainers\" Version=\"{MadePackages.Version}\" />",
            $"<PackageReference Include=\"MLNet.GradientTrainers.Sweeps\" Version=\"{MadePackages.Version}\" />",
            $"<PackageReference Include=\"MLNet.GradientTrainers.Distributed\" Version=\"{MadePackages.Version}\" />",
            $"<PackageReference Include=\"MLNet.GradientTrainers.Parquet\" Version=\"{MadePackages.Version}\" />",
            $"<PackageReference Include=\"MLNet.GradientTrainers.SweepCluster\" Version=\"{MadePackages.Version}\" />",
            $"<PackageReference Include=\"MLNet.GradientTrainers.Hosting\" Version=\"{MadePackages.Version}\" />",
            .. new[] { "Microsoft.Extensions.Hosting", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.OnnxConverter", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies" }.Select(Build.Reference),
        ];
        var project = new ConsoleProject(string.Concat(references), MadePackages.Folder);
        string data = Path.Combine(Repository.Root, "data");
        foreach (string file in Directory.GetFiles(data, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(project["data"], Path.GetRelativePath(data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        WriteImages(project["images"]);

        PageProgram.Make(project, Pages);
        return project;
    }
}
