using System.Diagnostics;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>Fits in processes that the launchers of Open MPI and MPICH start. The tests start processes, which takes a second or two each.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LaunchedFitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Lazy<string> Expected = new(() => InProcessCommunicator.Run(1, communicator => Fits.Fit(Fits.Mlp, communicator))[0]);

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi), 2)]
    [DataRow(nameof(Launcher.OpenMpi), 4)]
    [DataRow(nameof(Launcher.Mpich), 2)]
    [DataRow(nameof(Launcher.Mpich), 4)]
    public void AnyNumberOfProcesses_HasTheSameBits(string launcher, int size) =>
        Assert.AreEqual(Expected.Value, Launcher.Of(launcher).Run(size, "null=expected").Hash(size));

    [TestMethod]
    [DataRow(nameof(Launcher.OpenMpi), 4)]
    [DataRow(nameof(Launcher.Mpich), 2)]
    public void LinearFitsInProcesses_HaveTheBitsOfOneAlone(string launcher, int size) => Assert.AreEqual(LinearFits.All(null), Launcher.Of(launcher).Run(size, "linear=yes").Hash(size));

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
        LaunchedRun killed = Launcher.OpenMpi.Run(["--enable-recovery"], 3, $"checkpoint={Path.Combine(folder.Path, "checkpoint")}", "kill=2", "epochs=100000", "timeout=5", $"errors={folder.Path}");
        foreach (int rank in (int[])[0, 1])
        {
            // The launcher mixes the processes' output within lines: each has a file of its own.
            string file = Path.Combine(folder.Path, $"rank-{rank}");
            Assert.IsTrue(File.Exists(file), killed.Output);
            string error = File.ReadAllText(file);
            StringAssert.StartsWith(error, "Rank 2 of 3 (");
            StringAssert.Contains(error, "has not been heard of for 5 s");
        }
    }

    /// <summary>A machine of two is cut off in the middle: the processes on both sides end with an error that names one of the other side, and a restart goes on from the last checkpoint to the same bits.</summary>
    [TestMethod]
    public void AMachineThatIsCutOff_IsNamedByAll_AndARestartGoesOnToTheSameBits()
    {
        const int size = 4;
        const int epochs = 40;
        int told = 0;
        string whole = InProcessCommunicator.Run(1, communicator => Fits.Fit(Fits.Mlp with { NumberOfEpochs = epochs, OnEpoch = _ => told++ }, communicator))[0];
        using var machines = new TwoMachines();
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint");
        string[] errors = [.. Enumerable.Range(0, size).Select(rank => Path.Combine(folder.Path, $"rank-{rank}"))];
        string hold = Path.Combine(folder.Path, "hold");
        using (Process process = machines.OpenMpi.Start([], size, $"checkpoint={path}", $"epochs={epochs}", "timeout=5", $"errors={folder.Path}", $"hold={hold}"))
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> refusals = process.StandardError.ReadToEndAsync();
            Wait(() => File.Exists(hold));
            machines.Connect(false);
            File.Delete(hold);
            Wait(() => Array.TrueForAll(errors, File.Exists));

            // The launcher waits for the machine that it can't reach.
            process.Kill(entireProcessTree: true);
            process.WaitForExit();

            void Wait(Func<bool> isSo) => Assert.IsTrue(SpinWait.SpinUntil(() => isSo() || process.HasExited, Patience) && !process.HasExited, process.HasExited ? output.Result + refusals.Result : "It does not end.");
        }

        for (int rank = 0; rank < size; rank++)
        {
            // Processes are spread over the machines in turn.
            string[] others = [$"Rank {(rank + 1) % size} of 4 (", $"Rank {(rank + size - 1) % size} of 4 ("];
            string error = File.ReadAllText(errors[rank]);
            Assert.IsTrue(Array.Exists(others, other => error.StartsWith(other, StringComparison.Ordinal)), $"rank {rank}: {error}");
            StringAssert.Contains(error, "has not been heard of for 5 s");
        }

        machines.Connect(true);
        LaunchedRun resumed = machines.OpenMpi.Run(size, $"checkpoint={path}", $"epochs={epochs}");
        Assert.AreEqual(whole, resumed.Hash(size));
        Assert.AreEqual(told - LaunchedWork.HoldAt, resumed.Epochs(size));
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
