using Orleans.Configuration;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>How soon a worker that is cut off is known for dead, by what Orleans makes of its options.</summary>
[TestClass]
public sealed class DetectionTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(3);

    /// <summary>Orleans suspects nobody of whom a message came within so many of the longest timeouts as probes must be missed; then the next probe, by default at most the first timeout away, decides.</summary>
    [TestMethod]
    public void AWorkerThatIsCutOffIsKnownForDeadWithinThreeSeconds()
    {
        var membership = new ClusterMembershipOptions();
        ClusterSilo.Configure(membership);
        Assert.IsTrue(membership.EnableConnectionLivenessCheck);
        Assert.IsFalse(membership.EnableIndirectProbes);
        Assert.AreEqual(1, membership.NumVotesForDeathDeclaration);
        TimeSpan silence = membership.MaxProbeTimeout * membership.NumMissedProbesLimit;
        TimeSpan probe = membership.MinProbeTimeout;
        Assert.IsLessThanOrEqualTo(Promised, silence + probe);
    }
}
