using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests;

[TestClass]
public sealed class FingerprintTests
{
    /// <summary>The JIT compiler's switch takes all vector instructions away, for a process of its own.</summary>
    [TestMethod]
    public void EveryTrainerGivesTheSameBitsWithoutVectorInstructions()
    {
        string[] expected = [.. Fingerprints.All()];
        Assert.HasCount(TrainerCase.Types.Count(), expected.Distinct());
        CollectionAssert.AreEqual(expected, ChildProcess.Run(Fingerprints.Command, ("DOTNET_EnableHWIntrinsic", "0")));
    }
}
