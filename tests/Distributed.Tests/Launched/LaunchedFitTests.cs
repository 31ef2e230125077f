namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>Fits in processes that the launchers of Open MPI and MPICH start. The tests start processes, which takes a second or two each.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LaunchedFitTests
{
    private static readonly Lazy<string> Expected = new(() => InProcessCommunicator.Run(1, communicator => Fits.Fit(Fits.Mlp, communicator))[0]);

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi), 2)]
    [DataRow(nameof(Launcher.OpenMpi), 4)]
    [DataRow(nameof(Launcher.Mpich), 2)]
    [DataRow(nameof(Launcher.Mpich), 4)]
    public void AnyNumberOfProcesses_HasTheSameBits(string launcher, int size) =>
        Assert.AreEqual(Expected.Value, Launcher.Of(launcher).Run(size, "null=expected").Hash(size));

    [TestMethod]
    public void ProcessesWithRowsOfTheirOwn_HaveTheSameBits() => Assert.AreEqual(Expected.Value, Launcher.OpenMpi.Run(3, "own=yes").Hash(3));

    /// <summary>Two processes on each of two machines, and messages over TCP, as on a cluster.</summary>
    [TestMethod]
    public void ProcessesOnTwoMachines_HaveTheSameBits()
    {
        using var machines = new TwoMachines();
        Assert.AreEqual(Expected.Value, machines.OpenMpi.Run(4).Hash(4));

        // What the launcher itself sends is a few thousand.
        Assert.IsGreaterThan(100_000, machines.BytesSent);
    }

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi))]
    [DataRow(nameof(Launcher.Mpich))]
    public void AKilledProcess_EndsAll_AndARestartGoesOnToTheSameBits(string name)
    {
        var launcher = Launcher.Of(name);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint");
        string whole = InProcessCommunicator.Run(1, communicator => Fits.Fit(Fits.Mlp with { NumberOfEpochs = 40 }, communicator))[0];

        LaunchedRun killed = launcher.Run(3, $"checkpoint={path}", "kill=1", "epochs=40");
        Assert.AreNotEqual(0, killed.ExitCode, killed.Output);
        StringAssert.Contains(killed.Output, "Killed");
        Assert.IsTrue(File.Exists(path));

        // Another number of processes goes on from it as well.
        LaunchedRun resumed = launcher.Run(2, $"checkpoint={path}", "epochs=40");
        Assert.AreEqual(whole, resumed.Hash(2));
        Assert.IsFalse(File.Exists(path));
    }

    /// <summary>Where the launcher is told to leave the others alone, they notice themselves.</summary>
    [TestMethod]
    public void AKilledProcess_IsNamedByTheOthers()
    {
        using var folder = new TemporaryFolder();
        LaunchedRun killed = Launcher.OpenMpi.Run(["--enable-recovery"], 3, $"checkpoint={Path.Combine(folder.Path, "checkpoint")}", "kill=2", "epochs=100000", "timeout=5");
        StringAssert.Contains(killed.Output, "rank 0: CommunicationException: Rank 2 of 3 (");
        StringAssert.Contains(killed.Output, "rank 1: CommunicationException: Rank 2 of 3 (");
        StringAssert.Contains(killed.Output, "has not been heard of for 5 s");
    }

    [TestMethod]
    public void ProcessesWithOtherOptions_AreRefusedByName()
    {
        LaunchedRun refused = Launcher.OpenMpi.Run(2, "rate=0.5");
        Assert.AreEqual(LaunchedWork.Refused, refused.ExitCode, refused.Output);
        StringAssert.Contains(refused.Output, "LearningRate is null in rank 0, and 0.5 in rank 1");
    }

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi))]
    [DataRow(nameof(Launcher.Mpich))]
    public void AProcessThatLeaves_EndsAll(string launcher) => Assert.AreNotEqual(0, Launcher.Of(launcher).Run(3, "leave=1", "timeout=2").ExitCode);
}
