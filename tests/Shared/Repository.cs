namespace MLNet.GradientTrainers.TestSupport;

/// <summary>The repository that the test assembly was built in.</summary>
internal static class Repository
{
    /// <summary>The folder above the test assembly that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The assembly of a program of this repository, in its own output folder, built in the configuration of this test assembly.</summary>
    /// <param name="project">The name of the project's file without its ending.</param>
    /// <param name="assembly">The assembly's name.</param>
    public static string Program(string project, string assembly)
    {
        DirectoryInfo here = new(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, assembly + ".dll");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MLNet.GradientTrainers.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds MLNet.GradientTrainers.sln.");
    }
}
