using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>Sweeps by a coordinator and workers, all in this process and connected through the loopback.</summary>
[TestClass]
public sealed class ClusterSweepTests
{
    private readonly LocalCluster _cluster = new();

    [TestCleanup]
    public void Clean() => _cluster.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheLeaderboardIsThatOfOneProcess(bool prunes)
    {
        GradientSweep Sweep(MLContext context) => Rings.Sweep(context).Trials(14).Seed(3).Parallel(3).Pruning(prunes ? new SuccessiveHalving(reproducible: true) : null);
        var result = _cluster.Run(Sweep, Rows);
        var alone = Sweep(new MLContext(1)).Run(new MLContext(1));
        CollectionAssert.AreEqual(Lines.Of(alone), Lines.Of(result));
        Assert.AreEqual(prunes, result.Trials.Any(trial => trial.State == TrialState.Pruned));
        Assert.AreEqual(alone.Best!.Number, result.Best!.Number);
        Assert.AreEqual(result.Best.Score, Accuracy(result.Model));
        CollectionAssert.AreEqual(new[] { $"trial{result.Best.Number}.zip" }, _cluster.Backend.Stored.Files().ToArray(), "what is left");
        Assert.IsTrue(_cluster.Workers.All(worker => worker.Trials.Count == 0));
        Assert.AreEqual(14, _cluster.Workers.Sum(worker => worker.Finished));
    }

    [TestMethod]
    public void ACrossValidationIsThatOfOneProcess()
    {
        GradientSweep Sweep(MLContext context) => Rings.Sweep(context, epochs: 2).Trials(5).Seed(3).Parallel(2);
        SweepResult Run(GradientSweep sweep, CancellationToken token) => sweep.CrossValidate(Rings.View(new MLContext(1)), 3, cancellationToken: token);
        var result = _cluster.Run(Sweep, Run);
        var alone = Run(Sweep(new MLContext(1)), default);
        CollectionAssert.AreEqual(Lines.Of(alone), Lines.Of(result));
        Assert.AreEqual(Accuracy(alone.Model), Accuracy(result.Model));
        Assert.Contains("trial1.zip", _cluster.Backend.Stored.Files());
    }

    [TestMethod]
    public void AWorkerRunsSeveralTrialsAtOnce()
    {
        GradientSweep Sweep() => Rings.Sweep(new MLContext(1)).Trials(8).Seed(3).Parallel(4);
        int most = 0;
        var options = _cluster.Coordinator with { OnWorkers = workers => most = Math.Max(most, workers.Sum(worker => worker.Trials.Count)) };
        var coordinator = _cluster.Coordinate(Sweep(), Rows, options);
        _cluster.Work(Sweep(), Rows, "worker", trialsAtOnce: 3);
        CollectionAssert.AreEqual(Lines.Of(Sweep().Run(new MLContext(1))), Lines.Of(coordinator.Result));
        Assert.AreEqual(3, most);
    }

    /// <summary>A worker that leaves hands its trial back; the next one goes on from its checkpoint, and trains only what is left.</summary>
    [TestMethod]
    public void AWorkerThatLeavesHandsItsTrialBack()
    {
        GradientSweep Sweep() => Rings.Sweep(new MLContext(1), epochs: 40).Trials(3).Seed(3);
        LocalCluster.Part? first = null;
        LocalCluster.Part? second = null;
        var told = new List<(int Trial, int Epoch)>();
        var coordinator = _cluster.Coordinate(Sweep().Progress(step =>
        {
            if (step.Event == SweepEvent.EpochFinished)
            {
                told.Add((step.Trial.Number, step.Trial.EpochsTrained));
                if (step.Trial is { Number: 2, EpochsTrained: 15 } && second is null)
                {
                    first!.Cancel();
                    second = _cluster.Work(Sweep(), Rows, "second");
                }
            }
        }), Rows);
        first = _cluster.Work(Sweep(), Rows, "first");
        CollectionAssert.AreEqual(Lines.Of(Sweep().Run(new MLContext(1))), Lines.Of(coordinator.Result));
        CollectionAssert.AreEqual(new[] { 1 }, first.Result.Trials.Select(trial => trial.Number).ToArray());
        Assert.AreEqual(SweepEnd.Cancelled, first.Result.End);
        CollectionAssert.AreEqual(new[] { 2, 3 }, second!.Result.Trials.Select(trial => trial.Number).ToArray());
        Assert.AreEqual(40, told.Count(one => one.Trial == 2), "each epoch once");
        Assert.AreEqual(SweepWorkerState.Left, _cluster.Workers.Single(worker => worker.Name == "first").State);
        Assert.Contains("trial2.1.1.checkpoint", _cluster.Backend.Stored.Written);
    }

    [TestMethod]
    public void AWorkerWithOtherRowsOrSettingsIsRefusedByTheDifference()
    {
        GradientSweep Sweep() => Rings.Sweep(new MLContext(1)).Trials(3).Seed(3);
        var coordinator = _cluster.Coordinate(Sweep(), Rows);
        var rows = _cluster.Work(Sweep(), (sweep, token) => sweep.Run(Rings.View(new MLContext(1), 239), Rings.View(new MLContext(1), 120, 2), token), "other rows");
        Assert.IsInstanceOfType<InvalidDataException>(rows.Error);
        Assert.Contains("training rows of fold 1 is 239 rows", rows.Error!.Message);
        var seed = _cluster.Work(Sweep().Seed(4), Rows, "another seed");
        Assert.Contains("seed is 4 there, and 3 at the coordinator", seed.Error!.Message);
        Assert.IsTrue(_cluster.Workers.All(worker => worker.State == SweepWorkerState.Refused));
        _cluster.Work(Sweep(), Rows, "the right one");
        Assert.HasCount(3, coordinator.Result.Trials);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "the one that it finds")]
    [DataRow(true, DisplayName = "the one that it waits for")]
    public void AWorkerOfAnotherVersionThanItsCoordinatorEndsWithBothVersions(bool isJoined)
    {
        var sweep = new PublishedSweep("", LibraryVersion.Own, IsOver: false);
        using var waits = new ManualResetEventSlim(!isJoined);
        _cluster.Backend.Publish("test", isJoined ? sweep : sweep with { Version = "0.0.7" });
        var worker = _cluster.Work(Rings.Sweep(new MLContext(1)), Rows, "worker", line =>
        {
            if (line.StartsWith("The coordinator is away", StringComparison.Ordinal))
            {
                waits.Set();
            }
        });
        Assert.IsTrue(waits.Wait(TimeSpan.FromMinutes(2)));
        _cluster.Backend.Publish("test", sweep with { Version = "0.0.7" });
        Assert.IsInstanceOfType<InvalidDataException>(worker.Error);
        Assert.Contains($"it has version {LibraryVersion.Own} of MLNet.GradientTrainers, and the coordinator 0.0.7.", worker.Error!.Message);
    }

    [TestMethod]
    public void ACancelledCoordinatorHasTheBestSoFarAndEndsItsWorkers()
    {
        GradientSweep Sweep() => Rings.Sweep(new MLContext(1)).Trials(1000).Seed(3).Parallel(2);
        LocalCluster.Part? coordinator = null;
        coordinator = _cluster.Coordinate(Sweep().Progress(step =>
        {
            if (step.Event == SweepEvent.TrialFinished && step.Trials.Count(trial => trial.IsFinished) == 3)
            {
                coordinator!.Cancel();
            }
        }), Rows);
        var workers = new[] { _cluster.Work(Sweep(), Rows, "a"), _cluster.Work(Sweep(), Rows, "b") };
        Assert.AreEqual(SweepEnd.Cancelled, coordinator.Result.End);
        Assert.AreEqual(coordinator.Result.Best!.Score, Accuracy(coordinator.Result.Model));
        Assert.IsTrue(coordinator.Result.Trials.Where(trial => !trial.IsFinished).All(trial => trial.State == TrialState.Interrupted));
        Assert.IsTrue(workers.All(worker => worker.Result.End == SweepEnd.TrialsDone));
    }

    /// <summary>What a trial comes to on a worker is its outcome; what a callback comes to ends the sweep.</summary>
    [TestMethod]
    public void FailuresAreThoseOfOneProcess()
    {
        GradientSweep Sweep() => new MLContext(1).GradientSweep().After(Rings.Transforms(new MLContext(1)))
            .Over(SearchSpace.Empty.Range("x", 0, 1)).Metric(SweepMetric.Accuracy()).Trials(4)
            .Of(trial => trial.Trial.Number == 2 ? throw new ArgumentException("a setting") : new MlpTrainer(trial.MLContext, trial.Connect(new MlpTrainer.Options { NumberOfEpochs = 2, Members = 1 })));
        var coordinator = _cluster.Coordinate(Sweep(), Rows);
        _cluster.Work(Sweep(), Rows, "worker");
        CollectionAssert.AreEqual(Lines.Of(Sweep().Run(new MLContext(1))), Lines.Of(coordinator.Result));
        Assert.AreEqual("a setting", coordinator.Result.Trials[1].Reason);
    }

    [TestMethod]
    public void AnErrorOfACallbackEndsTheSweepAndItsWorkers()
    {
        GradientSweep Sweep() => Rings.Sweep(new MLContext(1)).Trials(5);
        var coordinator = _cluster.Coordinate(Sweep().Progress(step => throw (step.Event == SweepEvent.EpochFinished ? new NotSupportedException("mine") : new OperationCanceledException())), Rows);
        Assert.IsNotNull(coordinator.Error);
        var second = _cluster.Coordinate(Sweep().Progress(step =>
        {
            if (step.Event == SweepEvent.EpochFinished)
            {
                throw new NotSupportedException("mine");
            }
        }), Rows);
        var worker = _cluster.Work(Sweep(), Rows, "worker");
        Assert.IsInstanceOfType<NotSupportedException>(second.Error);
        Assert.IsEmpty(worker.Result.Trials);
    }

    [TestMethod]
    public void WhatIsNoClusterIsRefused()
    {
        var sweep = Rings.Sweep(new MLContext(1));
        Assert.ThrowsExactly<ArgumentException>(() => sweep.Coordinate(_cluster.Coordinator with { Address = System.Net.IPAddress.Any }).Run(new MLContext(1)));
        Assert.ThrowsExactly<ArgumentException>(() => sweep.Coordinate(_cluster.Coordinator with { Name = " " }).Run(new MLContext(1)));
        Assert.Contains("can't be read", Assert.ThrowsExactly<ArgumentException>(() => sweep.Coordinate(new SweepCoordinatorOptions { Database = "nonsense" }).Run(new MLContext(1))).Message);
        Assert.Contains("no way to the database 'x' of PostgreSQL at 127.0.0.1:1", Assert.ThrowsExactly<IOException>(() => sweep.Coordinate(new SweepCoordinatorOptions { Database = "Host=127.0.0.1;Port=1;Database=x;Username=x" }).Run(new MLContext(1))).Message);
    }

    private static SweepResult Rows(GradientSweep sweep, CancellationToken token)
    {
        var context = new MLContext(1);
        return sweep.Run(Rings.View(context), Rings.View(context, 120, 2), token);
    }

    private static double Accuracy(ITransformer model)
    {
        var context = new MLContext(1);
        return context.MulticlassClassification.Evaluate(model.Transform(Rings.View(context, 120, 2))).MicroAccuracy;
    }
}
