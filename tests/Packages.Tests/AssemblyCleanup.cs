namespace MLNet.GradientTrainers.Packages.Tests;

[TestClass]
public static class AssemblyCleanup
{
    [AssemblyCleanup]
    public static void DeletePackages() => MadePackages.Delete();
}
