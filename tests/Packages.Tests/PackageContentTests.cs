using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>What is in the packages, and what they say of themselves.</summary>
[TestClass]
public sealed partial class PackageContentTests
{
    private static readonly Dictionary<string, string[]> Assemblies = new()
    {
        ["MLNet.GradientTrainers"] = ["MLNet.GradientTrainers", "MLNet.GradientTrainers.Bridge"],
        ["MLNet.GradientTrainers.AutoML"] = ["MLNet.GradientTrainers.AutoML"],
        ["MLNet.GradientTrainers.Distributed"] = ["MLNet.GradientTrainers.Distributed"],
        ["MLNet.GradientTrainers.Gpu"] = ["MLNet.GradientTrainers.Gpu"],
        ["MLNet.GradientTrainers.Hosting"] = ["MLNet.GradientTrainers.Hosting"],
        ["MLNet.GradientTrainers.Kernels"] = ["MLNet.GradientTrainers.Kernels"],
        ["MLNet.GradientTrainers.Parquet"] = ["MLNet.GradientTrainers.Parquet"],
        ["MLNet.GradientTrainers.SweepCluster"] = ["MLNet.GradientTrainers.SweepCluster"],
        ["MLNet.GradientTrainers.Sweeps"] = ["MLNet.GradientTrainers.Sweeps"],
    };

    public static IEnumerable<object[]> Names => MadePackages.Names.Select(name => new object[] { name });

    [TestMethod]
    public void OnePackMakesAllPackagesAndTheirSymbols() =>
        CollectionAssert.AreEquivalent(
            MadePackages.Names.SelectMany(name => new[] { $"{name}.{MadePackages.Version}.nupkg", $"{name}.{MadePackages.Version}.snupkg" }).ToArray(),
            Directory.GetFiles(MadePackages.Folder).Select(Path.GetFileName).ToArray());

    [TestMethod]
    public void APackageThatAStandInWasBuiltForIsRefused()
    {
        if (MadePackages.HasRealAutoML)
        {
            Assert.Inconclusive("It was built for the real one.");
        }

        using var folder = new TemporaryFolder();
        string project = Path.Combine(Repository.Root, "src", "AutoML", "MLNet.GradientTrainers.AutoML.csproj");
        var refused = Assert.Throws<Exception>(() => Build.Dotnet(Repository.Root, "pack", project, "--no-build", "-c", Build.Configuration, "-o", folder.Path, "-v:q", "-nologo"));
        Assert.Contains("stand-in in compat/AutoML", refused.Message);
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItHoldsAssembliesDocumentationReadmeAndIcon(string name)
    {
        using var package = MadePackages.Open(name);
        string[] expected = [.. Assemblies[name].SelectMany(assembly => new[] { $"lib/net10.0/{assembly}.dll", $"lib/net10.0/{assembly}.xml" }), "README.md", "icon.png", name + ".nuspec"];
        string[] files = [.. package.Entries.Select(entry => entry.FullName).Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal) && file != "[Content_Types].xml")];
        CollectionAssert.AreEquivalent(expected, files);
        Assert.IsTrue(package.Entries.Where(entry => entry.Name.EndsWith(".xml", StringComparison.Ordinal)).All(entry => entry.Length > 500));
        Assert.IsLessThan(700_000, new FileInfo(Path.Combine(MadePackages.Folder, $"{name}.{MadePackages.Version}.nupkg")).Length);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItSaysWhatItIs(string name)
    {
        var metadata = MadePackages.Metadata(name);
        string Text(string element) => metadata.Element(element)?.Value ?? "";
        Assert.AreEqual(name, Text("id"));
        Assert.AreEqual("MIT", Text("license"));
        Assert.AreEqual("README.md", Text("readme"));
        Assert.AreEqual("icon.png", Text("icon"));
        Assert.IsGreaterThan(5, Text("tags").Split(' ').Length);
        Assert.IsGreaterThan(50, Text("description").Length);
        Assert.IsGreaterThan(5, Text("title").Length);

        // The newest section of the changelog, and only that.
        string notes = Text("releaseNotes");
        Assert.StartsWith("## [", notes);
        Assert.HasCount(1, Section().Matches(notes));
        Assert.IsGreaterThan(200, notes.Length);

        // An address of the repository only where it has one that others can follow.
        string? address = metadata.Element("repository")?.Attribute("url")?.Value;
        Assert.IsTrue(address is null || address.StartsWith("https://", StringComparison.Ordinal), address);
        Assert.DoesNotContain(Repository.Root, metadata.ToString());
    }

    [TestMethod]
    public void DependenciesHaveRangesThatWereTested()
    {
        CollectionAssert.AreEquivalent(
            new[] { "BigGustave 1.0.6", "MathNet.Numerics 5.0.0", "Microsoft.ML 5.0.1", $"MLNet.GradientTrainers.Gpu [{MadePackages.Version}]", $"MLNet.GradientTrainers.Kernels [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers"));
        CollectionAssert.AreEquivalent(new[] { "ILGPU 1.5.3", $"MLNet.GradientTrainers.Kernels [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.Gpu"));
        CollectionAssert.AreEquivalent(new[] { $"MLNet.GradientTrainers [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.Sweeps"));
        CollectionAssert.AreEquivalent(new[] { $"MLNet.GradientTrainers [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.Distributed"));
        CollectionAssert.AreEquivalent(new[] { "Parquet.Net 6.1.0", $"MLNet.GradientTrainers [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.Parquet"));
        CollectionAssert.AreEquivalent(
            new[] { "Microsoft.Orleans.Clustering.AdoNet 10.4.2", "Microsoft.Orleans.Connections.Security 10.4.2", "Microsoft.Orleans.Server 10.4.2", "Npgsql 10.0.3", $"MLNet.GradientTrainers.Sweeps [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.SweepCluster"));
        CollectionAssert.AreEquivalent(
            new[] { "Cronos 0.13.0", "Microsoft.Extensions.Diagnostics.HealthChecks 10.0.15", "Microsoft.Extensions.Hosting.Abstractions 10.0.15", $"MLNet.GradientTrainers [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.Hosting"));
        Assert.IsEmpty(Dependencies("MLNet.GradientTrainers.Kernels"));
        if (MadePackages.HasRealAutoML)
        {
            CollectionAssert.AreEquivalent(new[] { "Microsoft.ML.AutoML 0.23.1", $"MLNet.GradientTrainers.Sweeps [{MadePackages.Version}]" }, Dependencies("MLNet.GradientTrainers.AutoML"));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItsReadmeLeadsNowhereInTheRepositoryAndItsIconIs128Wide(string name)
    {
        using var package = MadePackages.Open(name);
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        string readme = reader.ReadToEnd();
        Assert.StartsWith($"# {name}\n", readme.ReplaceLineEndings("\n"));
        Assert.IsFalse(RelativeLink().IsMatch(readme));
        byte[] icon = Content(package.GetEntry("icon.png")!);
        Assert.AreEqual(128, BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)));
        Assert.AreEqual(128, BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItsSymbolsBelongToItsAssemblies(string name)
    {
        using var package = MadePackages.Open(name);
        using var symbols = MadePackages.Open(name, "snupkg");
        foreach (string assembly in Assemblies[name])
        {
            using var image = new PEReader(new MemoryStream(Content(package.GetEntry($"lib/net10.0/{assembly}.dll")!)));
            var wanted = image.ReadCodeViewDebugDirectoryData(image.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
            using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Content(symbols.GetEntry($"lib/net10.0/{assembly}.pdb")!)));
            Assert.AreEqual(wanted, new BlobContentId(provider.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
        }
    }

    private static string[] Dependencies(string name) =>
        [.. MadePackages.Metadata(name).Descendants("dependency").Select(dependency => $"{dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value}")];

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\]\((?!https://)|<img")]
    private static partial Regex RelativeLink();
}
