using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class ResultTests
{
    [TestMethod]
    public void TheLeaderboardHasScoresFirstThenHowFarTheyCameThenFailures()
    {
        Trial[] trials =
        [
            Of(1) with { State = TrialState.Failed },
            Of(2) with { State = TrialState.Completed, Score = 0.5 },
            Of(3) with { State = TrialState.Pruned, Epochs = [Mapped.Epoch(1, 0.1)] },
            Of(4) with { State = TrialState.Pruned, Epochs = [Mapped.Epoch(1, 0.9), Mapped.Epoch(3, 0.8)] },
            Of(5) with { State = TrialState.Completed, Score = 0.25 },
            Of(6) with { State = TrialState.Pruned, Epochs = [Mapped.Epoch(1, 0.05)] },
            Of(7) with { State = TrialState.Completed, Score = 0.25 },
        ];
        CollectionAssert.AreEqual(new[] { 5, 7, 2, 4, 6, 3, 1 }, Result(trials).Leaderboard.Select(trial => trial.Number).ToArray());
        Assert.AreEqual(5, Result(trials).Best!.Number);
    }

    [TestMethod]
    public void ATrialIsToldInALine()
    {
        Assert.AreEqual("trial 2, completed, score 0.5: defaults", (Of(2) with { State = TrialState.Completed, Score = 0.5, Epochs = [Mapped.Epoch(1, 0.1)] }).ToString());
        Assert.AreEqual("trial 3, failed: defaults. No memory.", (Of(3) with { State = TrialState.Failed, Reason = "No memory." }).ToString());
    }

    [TestMethod]
    public void ItIsImportantWhatTheScoresGoWith()
    {
        var space = SearchSpace.Empty.Range("matters", 0, 1).Range("not", 0, 1).Choice("kind", "a", "b").Integer("one", 3, 3);
        var random = new Random(2);
        Trial[] trials = [.. Enumerable.Range(1, 60).Select(i =>
        {
            double x = random.NextDouble();
            string kind = i % 2 == 0 ? "a" : "b";
            return new Trial(i, space.Values(("matters", x), ("not", random.NextDouble()), ("kind", kind), ("one", 3)), 0) with { State = TrialState.Completed, Score = x + (kind == "a" ? 0.3 : 0) };
        })];
        var importances = Result(trials) with { Space = space };
        CollectionAssert.AreEqual(new[] { "matters", "kind", "not" }, importances.Importances.Select(one => one.Name).ToArray());
        Assert.IsGreaterThan(0.5, importances.Importances[0].Share);
        Assert.IsLessThan(0.1, importances.Importances[2].Share);
    }

    /// <summary>Five trials of one option, sorted by their rate by chance, against forty that a batch size parts.</summary>
    [TestMethod]
    public void WhatFewTrialsHaveDoesNotComeFirst()
    {
        var space = SearchSpace.Empty.Range("matters", 0, 1).Choice("optimizer", new ChoiceOption("rare", SearchSpace.Empty.Range("rate", 0, 1)), new ChoiceOption("usual"));
        var random = new Random(5);
        SweepResult Of(int rare) => Result([.. Enumerable.Range(1, 48).Select(i =>
        {
            double x = random.NextDouble();
            var values = i <= rare ? space.Values(("matters", x), ("optimizer", "rare"), ("optimizer.rare.rate", i / 10.0)) : space.Values(("matters", x), ("optimizer", "usual"));
            return new Trial(i, values, 0) with { State = TrialState.Completed, Score = i <= rare ? i / (double)rare : x + (0.3 * random.NextDouble()) };
        })]) with { Space = space };
        Assert.IsFalse(Of(5).Importances.Any(one => one.Name == "optimizer.rare.rate"));
        var some = Of(9).Importances;
        Assert.AreEqual("matters", some[0].Name);
        Assert.IsLessThan(9 / 48.0, some.Single(one => one.Name == "optimizer.rare.rate").Share);
        Assert.IsGreaterThan(0.0, some.Single(one => one.Name == "optimizer.rare.rate").Share);
    }

    /// <summary>By hand: places 1, 2, 3 against 4, 5, 6 have H = 12/42 · (36/3 + 225/3) − 21 = 27/7, so (27/7 − 1) / 4.</summary>
    [TestMethod]
    public void TheShareIsThatOfKruskalAndWallis() => Assert.AreEqual(((27 / 7.0) - 1) / 4, KruskalWallis.Share([[1, 2, 3], [4, 5, 6]]), 1e-12);

    [TestMethod]
    public void ARefitIsThePipelineOnOtherRows()
    {
        var context = new MLContext(1);
        var result = Rings.Sweep(context).Trials(3).Run(context);
        var all = Rings.View(context, 360, 3);
        Assert.IsNotNull(result.Refit(all).Transform(all));
        Assert.Contains("transforms.Append(new MlpTrainer(mlContext, new MlpTrainer.Options {", result.BestCode!);
    }

    [TestMethod]
    public void TheCodeNamesTheDevice()
    {
        ComputeDevice[] devices = [ComputeDevice.Cpu, ComputeDevice.Auto, ComputeDevice.Gpu(1), ComputeDevice.Gpus(0, 2), ComputeDevice.AllGpus, ComputeDevice.AutoAbove(1e12)];
        CollectionAssert.AreEqual(
            new[] { "ComputeDevice.Cpu", "ComputeDevice.Auto", "ComputeDevice.Gpu(1)", "ComputeDevice.Gpus(0, 2)", "ComputeDevice.AllGpus", "ComputeDevice.AutoAbove(1000000000000)" },
            devices.Select(CSharpText.Of).ToArray());
        Assert.AreEqual("new MlpTrainer.Options { Device = ComputeDevice.Cpu }", CSharpText.Of(new MlpTrainer.Options { Device = ComputeDevice.Cpu }));
    }

    private static Trial Of(int number) => new(number, ParameterValues.Empty, 0);

    private static SweepResult Result(Trial[] trials) => new() { Space = SearchSpace.Empty, Metric = Mapped.Metric, Trials = trials, End = SweepEnd.TrialsDone };
}
