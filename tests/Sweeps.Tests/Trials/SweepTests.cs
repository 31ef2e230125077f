using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class SweepTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void TheFirstTrialHasTheTrainersDefaultsAndTheBestModelScoresAsItsTrialSays()
    {
        var result = _context.GradientSweep().After(Rings.Transforms(_context)).Of(SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = 3 })).Trials(3).Threads(1).Run(_context);
        Assert.HasCount(3, result.Trials);
        Assert.AreEqual(SweepEnd.TrialsDone, result.End);
        Assert.AreEqual(ParameterValues.Empty, result.Trials[0].Values);
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed), string.Join('\n', result.Trials.Select(trial => trial.Reason)));
        Assert.AreEqual(3, result.Trials[1].Epochs.Count);

        var metrics = _context.MulticlassClassification.Evaluate(result.Model.Transform(Rings.View(_context, 120, 2)));
        Assert.AreEqual(result.Best!.Score!.Value, metrics.MicroAccuracy);
        Assert.AreEqual(result.Trials.Max(trial => trial.Score), result.Best.Score);
        Assert.AreSame(result.Leaderboard[0], result.Best);
    }

    [TestMethod]
    public void EqualSweepsAreEqualAndAnotherSeedIsAnother()
    {
        var first = Rings.Sweep(_context).Trials(13).Seed(5).Run(_context);
        Assert.IsGreaterThan(8, first.Trials.Count(trial => trial.State == TrialState.Completed));
        var again = Rings.Sweep(_context).Trials(13).Seed(5).Run(_context);
        var other = Rings.Sweep(_context).Trials(13).Seed(6).Run(_context);
        CollectionAssert.AreEqual(Lines(first), Lines(again));
        CollectionAssert.AreNotEqual(Lines(first), Lines(other));
        Assert.AreEqual(13, first.Trials.Select(trial => trial.Values).Distinct().Count());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SeveralTrialsAtOnceAreTheSameEveryTime(bool prunes)
    {
        SweepResult Run() => Rings.Sweep(_context).Trials(16).Seed(2).Parallel(3).Pruning(prunes ? new SuccessiveHalving(reproducible: true) : null).Run(_context);
        var first = Run();
        CollectionAssert.AreEqual(Lines(first), Lines(Run()));
        Assert.AreEqual(prunes, first.Trials.Any(trial => trial.State == TrialState.Pruned));
    }

    [TestMethod]
    public void TrialsAtRandomAreTheSameHoweverManyRunAtOnce() => CollectionAssert.AreEqual(
        Lines(Rings.Sweep(_context).Tuner(new RandomTuner()).Trials(8).Run(_context)),
        Lines(Rings.Sweep(_context).Tuner(new RandomTuner()).Trials(8).Parallel(4).Run(_context)));

    [TestMethod]
    public void AFailedTrialIsRecordedWithItsReasonAndTheSweepGoesOn()
    {
        Exception[] errors = [new OutOfMemoryException("no room"), new ArgumentException("a setting"), new Kernels.DivergenceException("the loss grew", 1, 1, 1, 0.1, 3), new OperationCanceledException("by nobody")];
        var result = Mapped.Sweep(_context, SearchSpace.Empty.Range("x", 0, 1), trial => trial.Trial.Number <= errors.Length ? throw errors[trial.Trial.Number - 1] : trial.Values.Get<double>("x")).Trials(7).RunMapped(_context);
        for (int i = 0; i < errors.Length; i++)
        {
            Assert.AreEqual(TrialState.Failed, result.Trials[i].State);
            Assert.Contains(errors[i].Message, result.Trials[i].Reason!);
        }

        Assert.AreEqual(3, result.Trials.Count(trial => trial.State == TrialState.Completed));
        Assert.AreEqual(result.Trials.Skip(4).Min(trial => trial.Score), result.Best!.Score);
    }

    [TestMethod]
    public void WhereAllFailTheModelTellsWhy()
    {
        var result = Mapped.Sweep(_context, SearchSpace.Empty.Range("x", 0, 1), _ => throw new ArgumentException("no such column")).Trials(2).RunMapped(_context);
        Assert.IsNull(result.Best);
        Assert.IsNull(result.BestCode);
        Assert.Contains("no such column", Assert.ThrowsExactly<InvalidOperationException>(() => result.Model).Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => result.Refit(Rings.View(_context)));
    }

    /// <summary>What all of the first trials fail by, the others would, too.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void WhereTheFirstTrialsFailAlikeTheSweepEnds(int parallel)
    {
        var sweep = Mapped.Sweep(_context, SearchSpace.Empty.Range("x", 0, 1), _ => throw new ArgumentException("no such column")).Parallel(parallel);
        var result = sweep.Trials(40).RunMapped(_context);
        Assert.AreEqual(SweepEnd.SameFailure, result.End);
        Assert.IsInRange(5, 4 + parallel, result.Trials.Count);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => result.Model).Message;
        Assert.Contains("no such column", message);
        Assert.Contains("StopAfterSameFailures", message);
        Assert.HasCount(12, sweep.StopAfterSameFailures(null).Trials(12).RunMapped(_context).Trials);
        Assert.IsInRange(2, 1 + parallel, sweep.StopAfterSameFailures(2).Trials(12).RunMapped(_context).Trials.Count);
    }

    [TestMethod]
    public void WhereOneTrialFailsOtherwiseTheSweepGoesOn()
    {
        var result = Mapped.Sweep(_context, SearchSpace.Empty.Range("x", 0, 1), trial => throw new ArgumentException(trial.Trial.Number == 3 ? "another" : "no such column")).Trials(9).RunMapped(_context);
        Assert.AreEqual(SweepEnd.TrialsDone, result.End);
        Assert.HasCount(9, result.Trials);
    }

    [TestMethod]
    public void AnErrorOfACallbackEndsTheSweep() =>
        Assert.ThrowsExactly<NotSupportedException>(() => Rings.Sweep(_context).Trials(5).Progress(step => throw new NotSupportedException()).Run(_context));

    [TestMethod]
    public void WhatIsMissingIsTold()
    {
        Assert.Contains("Of(", Assert.ThrowsExactly<InvalidOperationException>(() => _context.GradientSweep().Run(_context)).Message);
        var nothing = _context.GradientSweep().Of(SweepTrainer.Mlp()).Over(SearchSpace.Empty.Integer("Widht", 1, 2));
        Assert.Contains("'Widht'", Assert.ThrowsExactly<ArgumentException>(() => nothing.Run(_context)).Message);
        Assert.Contains("the nearest first: Width, Depth, ", Assert.ThrowsExactly<ArgumentException>(() => nothing.Run(_context)).Message);
        Assert.DoesNotContain("OnEpoch", Assert.ThrowsExactly<ArgumentException>(() => nothing.Run(_context)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => _context.GradientSweep().Over(SearchSpace.Empty));
    }

    [TestMethod]
    public void EveryStepIsToldInOrder()
    {
        var steps = new List<SweepProgress>();
        Rings.Sweep(_context, epochs: 2).Trials(4).Parallel(2).Progress(steps.Add).Run(_context);
        Assert.AreEqual(4, steps.Count(step => step.Event == SweepEvent.TrialStarted));
        Assert.AreEqual(8, steps.Count(step => step.Event == SweepEvent.EpochFinished));
        Assert.AreEqual(4, steps.Count(step => step.Event == SweepEvent.TrialFinished));
        foreach (var one in steps.GroupBy(step => step.Trial.Number))
        {
            CollectionAssert.AreEqual(
                new[] { SweepEvent.TrialStarted, SweepEvent.EpochFinished, SweepEvent.EpochFinished, SweepEvent.TrialFinished }, one.Select(step => step.Event).ToArray());
            CollectionAssert.AreEqual(new[] { 0, 1, 2, 2 }, one.Select(step => step.Trial.EpochsTrained).ToArray());
        }
    }

    [TestMethod]
    public void ACrossValidationScoresByTheMeanAndFitsTheModelOnAllRows()
    {
        var data = Rings.View(_context);
        var result = Rings.Sweep(_context).Trials(3).CrossValidate(data, 3);
        Assert.IsTrue(result.Trials.All(trial => trial is { State: TrialState.Completed, EpochsTrained: 12, Epochs.Count: 4 }));
        Assert.IsGreaterThan(0.33, _context.MulticlassClassification.Evaluate(result.Model.Transform(data)).MicroAccuracy);
    }

    /// <summary>The model of the best trial of folds is at hand when the sweep ends, however it does, and lies beside the journal.</summary>
    [TestMethod]
    public void ACancelledCrossValidationHasTheBestModelOnAllRows()
    {
        var data = Rings.View(_context);
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var result = Rings.Sweep(_context).Trials(1000).Journal(folder["sweep.jsonl"]).Progress(step =>
        {
            if (step.Trial.Number == 4)
            {
                source.Cancel();
            }
        }).CrossValidate(data, 3, cancellationToken: source.Token);
        Assert.AreEqual(SweepEnd.Cancelled, result.End);
        var model = _context.Model.Load(folder[$"sweep.jsonl.trial{result.Best!.Number}.zip"], out _);
        double Accuracy(ITransformer one) => _context.MulticlassClassification.Evaluate(one.Transform(data)).MicroAccuracy;
        Assert.AreEqual(Accuracy(result.Refit(data)), Accuracy(result.Model));
        Assert.AreEqual(Accuracy(result.Refit(data)), Accuracy(model));
    }

    /// <summary>Few rows are cross-validated, of many a fifth validates.</summary>
    [TestMethod]
    public void ASweepOfOneTableValidatesAsItsRowsAllow()
    {
        var few = Rings.Sweep(_context, epochs: 1).Trials(1).Run(Rings.View(_context, GradientSweep.FewRows - 1));
        Assert.HasCount(5, few.Trials[0].FoldScores);
        Assert.AreEqual(5, few.Trials[0].EpochsTrained);
        int validating = 0;
        var many = Rings.Sweep(_context, epochs: 1).Trials(1).Metric(SweepMetric.Accuracy() with { Evaluate = (_, rows) => validating = rows.GetColumn<string>("Kind").Count() }).Run(Rings.View(_context, GradientSweep.FewRows));
        Assert.IsEmpty(many.Trials[0].FoldScores);
        Assert.IsInRange(150, 250, validating);
    }

    /// <summary>All of a result but its times.</summary>
    internal static string[] Lines(SweepResult result) =>
    [
        .. result.Trials.Select(trial => FormattableString.Invariant(
            $"{trial.Number} {trial.Seed} {trial.Values.ToJson()} {trial.State} {trial.Score:R} {string.Join(' ', trial.FoldScores)} {trial.EpochsTrained} {trial.Reason} {string.Join(';', trial.Epochs.Select(epoch => epoch with { Seconds = 0 }))}")),
    ];
}
