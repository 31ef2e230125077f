namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>Processes of their own on this machine, with PostgreSQL.</summary>
[TestClass]
public sealed class RestartTests
{
    private const int Trials = 16;

    private readonly string _name = $"test {Guid.NewGuid()}";

    /// <summary>A coordinator that is killed has lost no finished trial; its workers wait for the next one, and go on with what they have in hand.</summary>
    [TestMethod]
    public void AKilledCoordinatorThatIsStartedAgainHasLostNoFinishedTrial()
    {
        string database = Postgres.Shared.Database;
        using var second = SweepProcess.Worker(database, _name, "second", holdAt: 45);
        using var coordinator = SweepProcess.Coordinator(database, _name, Trials);
        second.WaitFor(line => line == Program.HoldLine);

        // Not before: on a busy machine it might do all before the second is there.
        using var first = SweepProcess.Worker(database, _name, "first");
        first.WaitFor(line => line == "Joined the sweep.");

        // It stands still in a trial of which some epochs are told; of the others at least three end. Lines are read behind their time: the last one tells what it has in hand.
        coordinator.WaitFor(line => line.StartsWith("workers ", StringComparison.Ordinal) && coordinator.Lines.Count(one => one.StartsWith("TrialFinished", StringComparison.Ordinal)) >= 3);
        coordinator.Kill();
        string[] finished = Numbers(coordinator, "TrialFinished");

        // The very last line may be cut off.
        coordinator.ReadToEnd();
        string held = Running(coordinator.Lines.SkipLast(1).Last(line => line.StartsWith("workers ", StringComparison.Ordinal) && Running(line, "second").Length > 0), "second");
        using var again = SweepProcess.Coordinator(database, _name, Trials);
        again.WaitFor(line => line == $"TrialStarted {held} 0");
        second.GoOn();
        string[] result = again.End();
        var alone = Program.Run(Program.Sweep(Trials));
        CollectionAssert.AreEqual(Lines.Of(alone).Append(Program.BestOf(alone)).ToArray(), result);
        Assert.IsEmpty(finished.Intersect(Numbers(again, "TrialStarted")), "finished trials that were begun again");
        string[] epochs = [.. again.Lines.Where(line => line.StartsWith($"EpochFinished {held} ", StringComparison.Ordinal))];
        Assert.AreNotEqual($"EpochFinished {held} 1", epochs.FirstOrDefault(), "what was trained is not trained again");
        first.End();
        second.End();
    }

    /// <summary>Its silo would wait for the database without end.</summary>
    [TestMethod]
    public void ACoordinatorWhoseDatabaseIsGoneEndsWithTheReason()
    {
        using var postgres = Postgres.Own();
        using var coordinator = SweepProcess.Coordinator(postgres.Database, _name, 1000, patience: 1);
        using var worker = SweepProcess.Worker(postgres.Database, _name, "worker");
        coordinator.WaitFor(line => line.StartsWith("TrialFinished", StringComparison.Ordinal));
        postgres.Dispose();
        StringAssert.Contains(coordinator.Fail(), "can't be used");
    }

    /// <summary>The number of the trial that a worker runs.</summary>
    private static string Running(string line, string worker)
    {
        int start = line.IndexOf($"{worker} Joined [", StringComparison.Ordinal);
        return start < 0 ? "" : line[(line.IndexOf('[', start) + 1)..line.IndexOf(']', start)];
    }

    private static string[] Numbers(SweepProcess process, string what) =>
        [.. process.Lines.Where(line => line.StartsWith(what + " ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).Distinct()];
}
