namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

[TestClass]
public static class AssemblyCleanup
{
    [AssemblyCleanup]
    public static void Clean() => Postgres.Stop();
}
