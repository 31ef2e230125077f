using System.Text.Json;
using System.Xml.Linq;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>Commands of the SDK in the configuration of this test assembly.</summary>
internal static class Build
{
    /// <summary>Release or Debug, as the folder of this assembly says.</summary>
    public static string Configuration { get; } =
        string.Equals(Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "debug", StringComparison.OrdinalIgnoreCase) ? "Debug" : "Release";

    /// <summary>Runs a command of the SDK in a folder; its errors fail the test.</summary>
    public static string[] Dotnet(string folder, params string[] arguments)
    {
        var start = ChildProcess.Dotnet(arguments);
        start.WorkingDirectory = folder;

        // What the test host set for itself is not for other builds; no build server is to outlive the test.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return ChildProcess.Run(start);
    }

    /// <summary>A reference to a package, an item of a project file, of the version that the repository restores.</summary>
    public static string Reference(string package)
    {
        var versions = XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion");
        var version = versions.Single(element => element.Attribute("Include")!.Value == package).Attribute("Version");
        return $"<PackageReference Include=\"{package}\" {version} />";
    }

    /// <summary>The folders where a restore of the repository has put the packages that it needs.</summary>
    public static IReadOnlyList<string> PackageFolders { get; } = FindPackageFolders();

    private static string[] FindPackageFolders()
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "artifacts", "obj", "MLNet.GradientTrainers", "project.assets.json")));
        return [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
    }
}
