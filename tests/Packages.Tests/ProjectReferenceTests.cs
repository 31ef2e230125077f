namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>A project that refers to src/Trainers alone has all that it needs, wherever it lies and whoever asks.</summary>
[TestClass]
public sealed class ProjectReferenceTests
{
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
    public void AProjectOutsideTheSolutionSavesAModelAndIsNotBuiltTwice()
    {
        var project = Project.Value;
        project.Run("model.zip");
        Assert.IsTrue(File.Exists(project["model.zip"]));
        var built = File.GetLastWriteTimeUtc(project.Assembly);
        project.Make();
        Assert.AreEqual(built, File.GetLastWriteTimeUtc(project.Assembly));
    }

    [TestMethod]
    [DataRow("-p:BuildingInsideVisualStudio=true")]
    [DataRow("-p:BuildingInsideVisualStudio=false")]
    public void AnEditorSeesTheSameAssemblies(string editor)
    {
        // What editors run to know the references: nothing is compiled, and no project that is referred to is built.
        string[] output = Build.Dotnet(
            Project.Value.Folder, "msbuild", "-t:Compile", "-p:DesignTimeBuild=true", "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true",
            "-p:ProvideCommandLineArgs=true", "-p:Configuration=" + Build.Configuration, editor, "-getItem:ReferencePathWithRefAssemblies", "-nologo");
        foreach (string assembly in new[] { "MLNet.GradientTrainers.dll", "MLNet.GradientTrainers.Bridge.dll", "MLNet.GradientTrainers.Kernels.dll" })
        {
            Assert.Contains(line => line.Contains($"\"Filename\": \"{Path.GetFileNameWithoutExtension(assembly)}\"", StringComparison.Ordinal), output, assembly);
        }
    }

    private static ConsoleProject Create()
    {
        string source = Path.Combine(Repository.Root, "src", "Trainers", "MLNet.GradientTrainers.csproj");
        var project = new ConsoleProject($"<ProjectReference Include=\"{source}\" />", packages: Path.Combine(Repository.Root, "data"));
        File.WriteAllText(project["Program.cs"], """
            using Microsoft.ML;
            using Microsoft.ML.Data;

            var mlContext = new MLContext(seed: 1);
            var data = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Row { Features = [i], Label = i * i }));
            var trainer = mlContext.Regression.Trainers.Polynomial(degree: 2);
            mlContext.Model.Save(trainer.Fit(data), data.Schema, args[0]);

            class Row
            {
                [VectorType(1)]
                public float[] Features { get; set; } = [];

                public float Label { get; set; }
            }
            """);
        project.Make();
        return project;
    }
}
