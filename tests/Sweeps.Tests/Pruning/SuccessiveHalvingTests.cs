using System.Collections.Immutable;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class SuccessiveHalvingTests
{
    [TestMethod]
    public void RungsAreGeometric()
    {
        var pruner = new SuccessiveHalving(firstRung: 2, reduction: 3);
        CollectionAssert.AreEqual(new[] { 2, 6, 18, 54 }, Enumerable.Range(1, 100).Where(pruner.LooksAt).ToArray());
    }

    [TestMethod]
    public void TheBestThirdOfThoseAtTheRungGoesOn()
    {
        var pruner = new SuccessiveHalving();
        Trial[] others = [.. new[] { 0.1, 0.2, 0.3, 0.4, 0.5 }.Select((loss, i) => Trial(i + 1, loss))];
        Assert.IsNull(pruner.Decide(Trial(9, 0.15), others, Mapped.Metric));
        Assert.Contains("2 of 6", pruner.Decide(Trial(9, 0.25), others, Mapped.Metric)!);
        Assert.IsNull(pruner.Decide(Trial(9, 9), [], Mapped.Metric), "The first is the best.");
        Assert.IsNull(pruner.Decide(Trial(9, 0.3, 0.25), others, Mapped.Metric), "The second epoch is no rung.");
        Assert.IsNull(pruner.Decide(Trial(9, 0.3, 0.25, 0.2), others, Mapped.Metric), "Nobody else has come to the third.");
        Assert.IsNull(pruner.Decide(Trial(9, double.NaN), others, Mapped.Metric), "Nothing is known.");
    }

    [TestMethod]
    public void HigherIsBetterWhereTheMetricSaysSo()
    {
        var accuracy = SweepMetric.Accuracy();
        Trial With(int number, double value) => new Trial(number, ParameterValues.Empty, 0) with { Epochs = [new EpochRecord(1, 0, 0, 0, value, 0, 0)] };
        Assert.IsNull(new SuccessiveHalving().Decide(With(2, 0.9), [With(1, 0.8)], accuracy));
        Assert.IsNotNull(new SuccessiveHalving().Decide(With(2, 0.7), [With(1, 0.8)], accuracy));
    }

    /// <summary>Curves whose order at the first epoch is their order at the end: the sweep's epochs are few, and the best is found all the same.</summary>
    [TestMethod]
    public void AlmostAllEpochsAreSavedAndTheBestIsFound()
    {
        var context = new MLContext(1);
        SweepResult Run(Pruner? pruner) => Mapped.Sweep(context, SearchSpace.Empty.Range("x", 0, 1), trial =>
        {
            double x = trial.Values.Get<double>("x");
            for (int epoch = 1; epoch <= 27 && !trial.CancellationToken.IsCancellationRequested; epoch++)
            {
                trial.Report(Mapped.Epoch(epoch, x + (1.0 / epoch)));
            }

            trial.CancellationToken.ThrowIfCancellationRequested();
            return x;
        }).Tuner(new RandomTuner()).Trials(50).Pruning(pruner).RunMapped(context);
        var (full, pruned) = (Run(null), Run(new SuccessiveHalving()));
        Assert.AreEqual(50 * 27, full.EpochsTrained);
        Assert.IsLessThan(50 * 27 / 3, pruned.EpochsTrained);
        Assert.AreEqual(full.Best!.Score, pruned.Best!.Score);
        Assert.IsTrue(pruned.Trials.All(trial => trial.State is TrialState.Completed or TrialState.Pruned));
        Assert.IsTrue(pruned.Trials.Where(trial => trial.State == TrialState.Pruned).All(trial => trial is { Score: null, Reason: not null } && new SuccessiveHalving().LooksAt(trial.EpochsTrained)));
    }

    /// <summary>After the last epoch nothing is saved by pruning, and a score would be lost.</summary>
    [TestMethod]
    public void ATrialThatHasTrainedAllItsEpochsIsScored()
    {
        var context = new MLContext(1);
        var result = context.GradientSweep().After(Rings.Transforms(context)).Of(SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = 2 }))
            .Tuner(new RandomTuner()).Pruning(new SuccessiveHalving(firstRung: 2, reduction: 2)).Trials(8).Threads(1).Run(context);
        Assert.HasCount(8, result.Trials);
        Assert.IsTrue(result.Trials.Where(trial => trial.State != TrialState.Failed).All(trial => trial is { State: TrialState.Completed, EpochsTrained: 2 }));
    }

    private static Trial Trial(int number, params double[] losses) =>
        new Trial(number, ParameterValues.Empty, 0) with { Epochs = losses.Select((loss, i) => Mapped.Epoch(i + 1, loss)).ToImmutableList() };
}
