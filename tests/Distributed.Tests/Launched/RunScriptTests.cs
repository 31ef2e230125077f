namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary><c>mpirun -n 3 ./run.sh SAMPLE</c> starts three scripts at once, each of which would build. Here a stand-in for the SDK takes a second to build and tells what it does, in lines of a file.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RunScriptTests
{
    private const int Size = 3;

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi))]
    [DataRow(nameof(Launcher.Mpich))]
    public void OneProcessBuildsAndTheOthersWaitForIt(string launcher)
    {
        using var folder = new TemporaryFolder();
        LaunchedRun run = Run(Launcher.Of(launcher), folder, builds: true);
        Assert.AreEqual(0, run.ExitCode, run.Output);
        string[] once = ["builds", "has built", "runs digits", "runs digits", "runs digits"];
        CollectionAssert.AreEqual(once, Told(folder), run.Output);

        // Another run may find another source.
        run = Run(Launcher.Of(launcher), folder, builds: true);
        Assert.AreEqual(0, run.ExitCode, run.Output);
        CollectionAssert.AreEqual(once.Concat(once).ToArray(), Told(folder), run.Output);
    }

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi))]
    [DataRow(nameof(Launcher.Mpich))]
    public void ABuildThatFailsEndsAll(string launcher)
    {
        using var folder = new TemporaryFolder();
        LaunchedRun run = Run(Launcher.Of(launcher), folder, builds: false);
        Assert.AreNotEqual(0, run.ExitCode, run.Output);
        Assert.DoesNotContain("runs digits", Told(folder));
    }

    private static string[] Told(TemporaryFolder folder) => File.ReadAllLines(folder["told"]);

    private static LaunchedRun Run(Launcher launcher, TemporaryFolder folder, bool builds)
    {
        Directory.CreateDirectory(folder["build"]);
        File.Copy(Path.Combine(Repository.Root, "run.sh"), folder["run.sh"], overwrite: true);
        File.Copy(Path.Combine(Repository.Root, "build", "common.sh"), folder["build/common.sh"], overwrite: true);
        Directory.CreateDirectory(folder["bin"]);
        File.WriteAllText(folder["bin/dotnet"], $"""
            #!/bin/sh
            case "$1" in
            --list-sdks) echo "10.0.100 [/nowhere]" ;;
            msbuild) echo builds >>"{folder["told"]}"; sleep 1; echo has built >>"{folder["told"]}"; exit {(builds ? 0 : 1)} ;;
            *) echo "runs $2" >>"{folder["told"]}" ;;
            esac
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["bin/dotnet"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Open MPI's launcher puts its own folder, in which dotnet may be, before the path that it is given.
        return launcher.RunProgram(Size, ["env", $"PATH={folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}", "bash", folder["run.sh"], "digits"]);
    }
}
