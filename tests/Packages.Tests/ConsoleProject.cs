using System.Security;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>
/// A console program outside of the repository. It restores from a folder and from what the repository's own restore has brought; nothing is downloaded, and
/// nothing is left in the user's folder of packages.
/// </summary>
internal sealed class ConsoleProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="reference">The reference to the plug-in, an item of the project file.</param>
    /// <param name="packages">A folder with packages.</param>
    /// <param name="sdk">The SDK of the project.</param>
    public ConsoleProject(string reference, string packages, string sdk = "Microsoft.NET.Sdk")
    {
        File.WriteAllText(_folder["Console.csproj"], $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreSources>{SecurityElement.Escape(packages)}</RestoreSources>
                <RestoreFallbackFolders>{SecurityElement.Escape(string.Join(';', Build.PackageFolders))}</RestoreFallbackFolders>
                <RestorePackagesPath>packages</RestorePackagesPath>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                {reference}
              </ItemGroup>
            </Project>
            """);
    }

    public string Folder => _folder.Path;

    /// <summary>The path of a file in the folder.</summary>
    public string this[string name] => _folder[name];

    public string Assembly => Path.Combine(Folder, "bin", Build.Configuration, "net10.0", "Console.dll");

    /// <summary>Builds it as a user does.</summary>
    public void Make() => Build.Dotnet(Folder, "build", "-c", Build.Configuration, "-v:q", "-nologo");

    /// <summary>Runs it in its folder and gives the lines that it printed.</summary>
    public string[] Run(params string[] arguments)
    {
        var start = ChildProcess.Program(Assembly, arguments);
        start.WorkingDirectory = Folder;
        return ChildProcess.Run(start);
    }

    public void Dispose() => _folder.Dispose();
}
