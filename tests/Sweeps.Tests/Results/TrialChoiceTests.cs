using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class TrialChoiceTests
{
    private static readonly SearchSpace Given = SearchSpace.Empty.StartingWith(ParameterValues.Empty);

    private readonly MLContext _context = new(1);

    /// <summary>
    /// By hand: gains of 0, 1, 2, 1 hundredths have the mean 0.01 and the variance 2/3 of a ten-thousandth, so the error is √(2/3 · (1/4 + 1/3)) = 0.6236 hundredths.
    /// </summary>
    [TestMethod]
    [DataRow(1.0, 2)]
    [DataRow(1.6, 2)]
    [DataRow(1.61, 1)]
    [DataRow(0.0, 2)]
    public void TheFirstTrialIsBeatenByMoreThanSoManyStandardErrors(double errors, int best)
    {
        var result = Result(Given, [0.9, 0.8, 0.85, 0.7], [0.9, 0.81, 0.87, 0.71]) with { MinimumGain = errors };
        Assert.AreEqual(best, result.Best!.Number);
        Assert.AreEqual(best == 1, result.BestReason is not null);
        Assert.AreEqual(2, result.Leaderboard[0].Number);
    }

    [TestMethod]
    public void WhyTheFirstIsTheBestIsTold()
    {
        var result = Result(Given, [0.9, 0.8], [0.9, 0.81], [0.1, 0.2]);
        Assert.AreEqual(
            "Trial 2 scored 0.855, but did not beat the first trial, 0.85, by more than one standard error of the differences over the 2 folds: by 0.005, with a standard error of 0.0087.",
            (result with { MinimumGain = 1 }).BestReason);
        Assert.Contains("by more than 1.48 standard errors", result.BestReason!);
    }

    /// <summary>By hand as above: a gain of 0.01/0.006236 = 1.604 errors; √(2 ln 3) = 1.48, √(2 ln 4) = 1.67.</summary>
    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(2, 1)]
    public void TheMoreTrialsThereAreTheMoreClearlyItMustBeBeaten(int worse, int best) => Assert.AreEqual(
        best, Result(Given, [[0.9, 0.8, 0.85, 0.7], [0.9, 0.81, 0.87, 0.71], .. Enumerable.Repeat(new[] { 0.5, 0.5, 0.5, 0.5 }, worse)]).Best!.Number);

    /// <summary>The second one is higher than the third, but only by one lucky fold.</summary>
    [TestMethod]
    public void OfThoseThatBeatItClearlyTheHighestIsTheBest()
    {
        var result = Result(Given, [0.8, 0.8, 0.8], [0.8, 0.8, 0.95], [0.82, 0.83, 0.82], [0.81, 0.81, 0.81]);
        Assert.AreEqual(3, result.Best!.Number);
        Assert.Contains("It is the best of those that did.", result.BestReason!);
    }

    [TestMethod]
    public void LowerIsBetterWhereTheMetricSaysSo()
    {
        var lower = Result(Given, [0.5, 0.5, 0.5], [0.5, 0.5, 0.15], [0.4, 0.4, 0.4], [0.6, 0.6, 0.6]) with { Metric = SweepMetric.LogLoss() };
        CollectionAssert.AreEqual(new[] { 2, 3, 1, 4 }, lower.Leaderboard.Select(trial => trial.Number).ToArray());
        Assert.AreEqual(3, lower.Best!.Number);
    }

    /// <summary>Without folds nothing is known of the luck; a first trial that the tuner drew is nobody's choice.</summary>
    [TestMethod]
    public void WithoutFoldsOrAGivenFirstTrialTheHighestIsTheBest()
    {
        Assert.AreEqual(2, Result(Given, [0.9], [0.91]).Best!.Number);
        Assert.AreEqual(2, Result(SearchSpace.Empty, [0.9, 0.8], [0.9, 0.81]).Best!.Number);
        var failed = Result(Given, [0.9, 0.8], [0.9, 0.81]);
        Assert.AreEqual(2, (failed with { Trials = [failed.Trials[0] with { State = TrialState.Failed, Score = null, FoldScores = [] }, failed.Trials[1]] }).Best!.Number);
    }

    /// <summary>Of two trials that are alike each scores higher half of the time; the second one seldom clearly so.</summary>
    [TestMethod]
    public void OfEqualTrialsTheFirstIsMostlyTheBest()
    {
        var random = new Random(4);
        int first = 0, highest = 0;
        for (int i = 0; i < 100; i++)
        {
            double[][] scores = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, 5).Select(_ => random.NextDouble()).ToArray())];
            var result = Result(Given, scores);
            first += result.Best!.Number == 1 ? 1 : 0;
            highest += (result with { MinimumGain = 0 }).Best!.Number == 1 ? 1 : 0;
        }

        Assert.IsGreaterThan(75, first);
        Assert.IsLessThan(65, highest);
    }

    [TestMethod]
    public void ASweepKeepsItsFoldsAndItsRule()
    {
        var data = Rings.View(_context);
        var space = Rings.Small.StartingWith(ParameterValues.Empty);
        var strict = Rings.Sweep(_context).Over(space).Trials(4).MinimumGain(1e9).CrossValidate(data, 3);
        Assert.IsTrue(strict.Trials.All(trial => trial.FoldScores.Count == 3 && trial.Score == trial.FoldScores.Average()));
        Assert.AreEqual(1, strict.Best!.Number);
        Assert.AreEqual(strict.Leaderboard[0].Number != 1, strict.BestReason is not null);
        var highest = Rings.Sweep(_context).Over(space).Trials(4).MinimumGain(0).CrossValidate(data, 3);
        Assert.AreSame(highest.Leaderboard[0], highest.Best);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.GradientSweep().MinimumGain(double.NaN));
    }

    /// <summary>Defaults that learn nothing are beaten by any chance.</summary>
    [TestMethod]
    public void DefaultsThatAreBadAreBeaten()
    {
        var result = Rings.Sweep(_context).Of(SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = 20, Members = 1, Optimizer = new Kernels.Sgd { LearningRate = 1e-9 } }))
            .Over(Rings.Small.StartingWith(ParameterValues.Empty)).Trials(8).CrossValidate(Rings.View(_context));
        Assert.AreNotEqual(1, result.Best!.Number, string.Join("\n", result.Trials.Select(trial => $"{trial} {string.Join(' ', trial.FoldScores)}").Append(result.BestReason)));
        Assert.IsGreaterThan(result.Trials[0].Score!.Value + 0.1, result.Best.Score!.Value);
    }

    private static SweepResult Result(SearchSpace space, params double[][] folds) => new()
    {
        Space = space,
        Metric = SweepMetric.Accuracy(),
        End = SweepEnd.TrialsDone,
        Trials = [.. folds.Select((scores, i) => new Trial(i + 1, ParameterValues.Empty, 0) { State = TrialState.Completed, Score = double.Parse(scores.Average().ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), FoldScores = scores })],
    };
}
