using System.IO.Compression;
using System.Xml.Linq;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>The packages that <c>dotnet pack</c> makes in the repository's root, in a folder of their own.</summary>
internal static class MadePackages
{
    /// <summary>A version that no source has.</summary>
    public const string Version = "0.0.0-made-by-test";

    /// <summary>Whether src/AutoML was built for the package Microsoft.ML.AutoML; for its stand-in it is not packed.</summary>
    public static readonly bool HasRealAutoML = File.ReadAllText(Path.Combine(Repository.Root, "artifacts", "obj", AutoML, "project.assets.json")).Contains("\"Microsoft.ML.AutoML/0.", StringComparison.Ordinal);

    public static readonly string[] Names =
    [
        "MLNet.GradientTrainers", "MLNet.GradientTrainers.Distributed", "MLNet.GradientTrainers.Gpu", "MLNet.GradientTrainers.Hosting", "MLNet.GradientTrainers.Kernels", "MLNet.GradientTrainers.Parquet", "MLNet.GradientTrainers.Sweeps", "MLNet.GradientTrainers.SweepCluster", .. HasRealAutoML ? new[] { AutoML } : [],
    ];

    private const string AutoML = "MLNet.GradientTrainers.AutoML";

    private static readonly TemporaryFolder Temporary = new();
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>The folder with all packages; made when it is first asked for.</summary>
    public static string Folder => Made.Value;

    /// <summary>Opens a package, or its symbols with the ending <c>snupkg</c>.</summary>
    public static ZipArchive Open(string name, string ending = "nupkg") => ZipFile.OpenRead(Path.Combine(Folder, $"{name}.{Version}.{ending}"));

    /// <summary>The metadata of a package, without the namespace, which changes with what is in it.</summary>
    public static XElement Metadata(string name)
    {
        using var package = Open(name);
        using var stream = package.GetEntry(name + ".nuspec")!.Open();
        var root = XElement.Load(stream);
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return root.Element("metadata")!;
    }

    public static void Delete() => Temporary.Dispose();

    private static string Make()
    {
        // What was built is packed as it is: the version of a package is not that of its assemblies, so that nothing is built again.
        Build.Dotnet(Repository.Root, "pack", "MLNet.GradientTrainers.sln", "--no-build", "-c", Build.Configuration, "-o", Temporary.Path, "-p:PackageVersion=" + Version, "-v:q", "-nologo");
        return Temporary.Path;
    }
}
