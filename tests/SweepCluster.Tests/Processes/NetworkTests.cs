namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>Workers on machines of their own, one of which is killed, and one cut off, in the middle of a trial.</summary>
[TestClass]
public sealed class NetworkTests
{
    private const int Trials = 40;

    [TestMethod]
    public void OneWorkerIsKilledAndOneCutOffAndEachTrialIsDoneOnceAsOnOneMachine()
    {
        using var network = new NetworkNamespaces(4);
        using var postgres = Postgres.In(network.Hub, NetworkNamespaces.HubAddress);
        using var coordinator = SweepProcess.Coordinator(postgres.Database, "test", Trials, NetworkNamespaces.HubAddress, network.Hub);

        // Some epochs after the first checkpoint of its first or second trial.
        SweepProcess Worker(int i, int holdAt = 0) => SweepProcess.Worker(postgres.Database, "test", $"w{i}", holdAt, NetworkNamespaces.Address(i), network.Name(i));
        using var killed = Worker(0, holdAt: 8);
        using var cutOff = Worker(1, holdAt: 8);
        killed.WaitFor(line => line == Program.HoldLine);
        cutOff.WaitFor(line => line == Program.HoldLine);
        using var third = Worker(2);
        using var fourth = Worker(3);
        coordinator.WaitFor(line => line.StartsWith("TrialFinished ", StringComparison.Ordinal));
        killed.Kill();
        network.Connect(1, connected: false);
        coordinator.WaitFor(line => line.Contains("w0 Lost", StringComparison.Ordinal) && line.Contains("w1 Lost", StringComparison.Ordinal));

        // It comes back, is told that nobody waits for its trial, and takes others.
        network.Connect(1, connected: true);
        cutOff.GoOn();
        string[] result = coordinator.End();
        var alone = Program.Run(Program.Sweep(Trials));
        CollectionAssert.AreEqual(Lines.Of(alone).Append(Program.BestOf(alone)).ToArray(), result);
        string[] finished = [.. coordinator.Lines.Where(line => line.StartsWith("TrialFinished ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])];
        Assert.HasCount(Trials, finished);
        Assert.HasCount(Trials, finished.Distinct());
        cutOff.End();
        third.End();
        fourth.End();
    }

    /// <summary>As behind a switch that fails: nobody is left whom the coordinator could ask about either of them. The epoch that each tells when it is back is taken by nobody, and trained again.</summary>
    [TestMethod]
    public void AllWorkersAreCutOffAtOnceAndGoOnWhenTheyAreBack()
    {
        const int Few = 6;
        using var network = new NetworkNamespaces(2);
        using var postgres = Postgres.In(network.Hub, NetworkNamespaces.HubAddress);
        using var coordinator = SweepProcess.Coordinator(postgres.Database, "test", Few, NetworkNamespaces.HubAddress, network.Hub);
        using var first = SweepProcess.Worker(postgres.Database, "test", "w0", holdAt: 8, NetworkNamespaces.Address(0), network.Name(0));
        using var second = SweepProcess.Worker(postgres.Database, "test", "w1", holdAt: 8, NetworkNamespaces.Address(1), network.Name(1));
        first.WaitFor(line => line == Program.HoldLine);
        second.WaitFor(line => line == Program.HoldLine);
        network.Connect(0, connected: false);
        network.Connect(1, connected: false);
        coordinator.WaitFor(line => line.Contains("w0 Lost", StringComparison.Ordinal) && line.Contains("w1 Lost", StringComparison.Ordinal));
        network.Connect(0, connected: true);
        network.Connect(1, connected: true);
        first.GoOn();
        second.GoOn();
        string[] result = coordinator.End();
        var alone = Program.Run(Program.Sweep(Few));
        Assert.AreEqual(string.Join('\n', Lines.Of(alone).Append(Program.BestOf(alone))), string.Join('\n', result));
        first.End();
        second.End();
    }
}
