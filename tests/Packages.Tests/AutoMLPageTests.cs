namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>
/// The C# of the pages about ML.NET's AutoML compiles and runs, against the package where src/AutoML was built for it, else against its stand-in. It is built with the assemblies as they lie there: where
/// there is only the stand-in, there is no package of ours to build it with.
/// </summary>
[TestClass]
public sealed class AutoMLPageTests
{
    internal static readonly Dictionary<string, PageProgram> Pages = new()
    {
        ["AutoMLPackage"] = new("src/AutoML/README.md", Given("AutoMLPackageRow")),
        ["AutoML"] = new("docs/automl.md", Given("AutoMLRow")),
    };

    private const string Journal = "sweep.jsonl";

    private static readonly Lazy<ConsoleProject> Project = new(Create);

    [ClassCleanup]
    public static void DeleteProject()
    {
        if (Project.IsValueCreated)
        {
            Project.Value.Dispose();
        }
    }

    [TestMethod]
    [DataRow("AutoMLPackage")]
    [DataRow("AutoML")]
    public void ItsProgramRuns(string page)
    {
        File.Delete(Project.Value[Journal]);
        string[] output = Project.Value.Run(page);
        Assert.HasCount(31, File.ReadLines(Project.Value[Journal]).Where(line => line.StartsWith("{\"sweep\"", StringComparison.Ordinal) || line.Contains("\"values\"", StringComparison.Ordinal)));
        Assert.AreEqual(page == "AutoML", output.Any(line => line.StartsWith("trial 30, ", StringComparison.Ordinal)));
    }

    private static string Given(string type) => "CancellationToken token = default;\n" + PointRows.Given(type);

    private static ConsoleProject Create()
    {
        string built = Path.Combine(Repository.Root, "artifacts", "bin", "MLNet.GradientTrainers.AutoML", Build.Configuration.ToLowerInvariant());
        var references = Directory.EnumerateFiles(built, "*.dll").Select(file => $"<Reference Include=\"{file}\" />").Concat(new[] { "Microsoft.ML", "MathNet.Numerics" }.Select(Build.Reference));
        var project = new ConsoleProject(string.Concat(MadePackages.HasRealAutoML ? references.Append(Build.Reference("Microsoft.ML.AutoML")) : references), built);
        PageProgram.Make(project, Pages);
        return project;
    }
}
