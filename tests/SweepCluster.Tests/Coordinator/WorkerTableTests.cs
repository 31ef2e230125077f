using System.Net;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>Who gets which trial, without any network.</summary>
[TestClass]
public sealed class WorkerTableTests
{
    private static readonly SiloAddress A = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private static readonly SiloAddress B = SiloAddress.New(IPAddress.Loopback, 2, 1);

    private readonly WorkerTable _table = new(null);

    private static TrialOrder Order(int trial, Guid attempt = default, SiloAddress? worker = null, string values = "{}") => new(attempt, worker ?? SiloAddress.Zero, trial, values, 7, false, null, null);

    private HelloAnswer Hello(SiloAddress worker, int slots = 1, string? facts = "facts", params WorkInHand[] work) => _table.Hello(new Hello(worker, worker.ToString(), slots, facts, "1", work), _ => null);

    private Place? Try(TrialOrder order) => _table.TryAcquire(order);

    [TestMethod]
    public void AWorkerHasAsManyTrialsAsItRunsAtOnce()
    {
        Assert.IsNull(Try(Order(1)), "nobody is there");
        Assert.AreEqual(Welcome.Unknown, Hello(A, facts: null).Welcome);
        Assert.IsNull(Try(Order(1)), "it has told no facts");
        Assert.AreEqual(Welcome.Accepted, Hello(A, slots: 2).Welcome);
        var first = Try(Order(1));
        Assert.AreEqual(A, first!.Value.Worker);
        Assert.IsNotNull(Try(Order(2)));
        Assert.IsNull(Try(Order(3)));
        _table.Release(first.Value, isFinished: true);
        Assert.IsNotNull(Try(Order(3)));
    }

    [TestMethod]
    public void TheWorkerWithLeastInHandIsNext()
    {
        Hello(A, slots: 2);
        Hello(B, slots: 2);
        CollectionAssert.AreEquivalent(new[] { A, B }, new[] { Try(Order(1))!.Value.Worker, Try(Order(2))!.Value.Worker });
    }

    [TestMethod]
    public void OneThatLeavesOrIsLostGetsNoMore()
    {
        Hello(A);
        _table.Leave(A, SweepWorkerState.Left);
        Assert.IsNull(Try(Order(1)));
        Hello(B);
        Assert.AreEqual(B, Try(Order(1))!.Value.Worker);
        _table.Leave(B, SweepWorkerState.Lost);
        Assert.IsNull(Try(Order(2)));
    }

    [TestMethod]
    public void AfterARestartATrialIsFoundWhereItRuns()
    {
        // Two workers are alive, of which one has told what it has in hand.
        _table.Begin(() => [A, B]);
        var attempt = Guid.NewGuid();
        Hello(B);
        Assert.IsNull(Try(Order(4)), "the other worker may run it");
        Hello(A, work: new WorkInHand(Order(4, attempt, A), IsDone: false));
        Assert.AreEqual(new Place(A, attempt), Try(Order(4)));
        Assert.AreEqual(B, Try(Order(5))!.Value.Worker);
        Assert.IsNull(Try(Order(6)));
    }

    [TestMethod]
    public void WhatRunsIsNotTakenForATrialOfOtherValues()
    {
        var attempt = Guid.NewGuid();
        Hello(A, slots: 2, work: new WorkInHand(Order(4, attempt, A, "{\"x\":1}"), IsDone: false));
        var other = Try(Order(4))!.Value;
        Assert.AreNotEqual(attempt, other.Attempt);
        CollectionAssert.AreEqual(new[] { attempt }, Hello(A, work: [new WorkInHand(Order(4, attempt, A, "{\"x\":1}"), IsDone: false), new WorkInHand(Order(4, other.Attempt, A), IsDone: false)]).Drop);
    }

    [TestMethod]
    public void WhatRunsUnaskedTakesAPlace()
    {
        Hello(A, slots: 2, work: new WorkInHand(Order(4, Guid.NewGuid(), A), IsDone: false));
        Assert.IsNotNull(Try(Order(5)));
        Assert.IsNull(Try(Order(6)));
    }

    [TestMethod]
    public void AnOutcomeThatNobodyTookIsTaken()
    {
        var attempt = Guid.NewGuid();
        Hello(A, work: new WorkInHand(Order(4, attempt, A), IsDone: true));
        Assert.AreEqual(new Place(A, attempt), Try(Order(4)));
    }

    [TestMethod]
    public void AttemptsThatNobodyWaitsForAreDropped()
    {
        Hello(A);
        Hello(B);
        var given = Try(Order(1))!.Value;
        Assert.IsEmpty(Hello(given.Worker, work: new WorkInHand(Order(1, given.Attempt, given.Worker), IsDone: false)).Drop);
        _table.Release(given, isFinished: false);
        CollectionAssert.AreEqual(new[] { given.Attempt }, Hello(given.Worker, work: new WorkInHand(Order(1, given.Attempt, given.Worker), IsDone: false)).Drop);

        var old = Guid.NewGuid();
        Assert.IsEmpty(Hello(A, work: new WorkInHand(Order(9, old, A), IsDone: false)).Drop, "its trial may come");
        _table.Finish(9);
        CollectionAssert.AreEqual(new[] { old }, Hello(A, work: new WorkInHand(Order(9, old, A), IsDone: false)).Drop, "its trial is finished");
        Assert.IsTrue(_table.IsOver(given.Attempt));
        Assert.IsFalse(_table.IsOver(old));
    }

    [TestMethod]
    public void ARefusedWorkerGetsNothingAndHoldsNobodyUp()
    {
        _table.Begin(() => [A, B]);
        Assert.AreEqual("other rows", _table.Hello(new Hello(A, "a", 1, "facts", "1", []), _ => "other rows").Reason);
        Hello(B);
        Assert.AreEqual(B, Try(Order(1))!.Value.Worker);
        Assert.IsNull(Try(Order(2)));
    }

    [TestMethod]
    public void WhoComesBackTakesThePlaceOfTheOneItWas()
    {
        IReadOnlyList<SweepWorker> told = [];
        var table = new WorkerTable(workers => told = workers);
        table.Hello(new Hello(A, "me", 1, "facts", "1", []), _ => null);
        table.Release(table.TryAcquire(Order(1))!.Value, isFinished: true);
        table.Leave(A, SweepWorkerState.Lost);
        table.Hello(new Hello(B, "me", 1, "facts", "1", []), _ => null);
        Assert.AreEqual(SweepWorkerState.Joined, told.Single().State);
        Assert.AreEqual(1, told.Single().Finished);
    }
}
