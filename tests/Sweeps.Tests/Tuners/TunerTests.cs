using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class TunerTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void AGridVisitsEveryCombinationOnceInOrderAndEnds()
    {
        var space = SearchSpace.Empty.Integer("n", 1, 3).Choice("kind", new ChoiceOption("a"), new ChoiceOption("b", SearchSpace.Empty.Boolean("flag"))).Range("x", 0.01, 1, logScale: true);
        var grid = new GridTuner(steps: 3);
        Assert.AreEqual(3 * 3 * 3, grid.Combinations(space));
        var result = Mapped.Sweep(_context, space, trial => trial.Values.Get<double>("x")).Tuner(grid).Trials(1000).RunMapped(_context);
        Assert.AreEqual(SweepEnd.SpaceExhausted, result.End);
        Assert.HasCount(27, result.Trials);
        Assert.AreEqual(27, result.Trials.Select(trial => trial.Values).Distinct().Count());
        Assert.AreEqual("""{"n":1,"kind":"a","x":0.01}""", result.Trials[0].Values.ToJson());
        Assert.AreEqual(0.1, result.Trials[1].Values.Get<double>("x"), 1e-15);
        Assert.AreEqual("""{"n":3,"kind":"b","kind.b.flag":"true","x":1}""", result.Trials[^1].Values.ToJson());
    }

    [TestMethod]
    public void AGridLeavesOutWhatWasTriedFirst()
    {
        var space = SearchSpace.Empty.Integer("n", 1, 5);
        var result = Mapped.Sweep(_context, space.StartingWith(space.Values(("n", 2))), trial => trial.Values.Get<int>("n")).Tuner(new GridTuner()).RunMapped(_context);
        CollectionAssert.AreEqual(new[] { 2, 1, 3, 4, 5 }, result.Trials.Select(trial => trial.Values.Get<int>("n")).ToArray());
    }

    [TestMethod]
    [DataRow("random")]
    [DataRow("parzen")]
    public void AFiniteSpaceIsExhaustedWithoutAnythingTwice(string name)
    {
        var space = SearchSpace.Empty.Integer("n", 1, 9).Boolean("a").Choice("kind", new ChoiceOption("x", SearchSpace.Empty.Integer("m", 1, 3)), new ChoiceOption("y"));
        var result = Mapped.Sweep(_context, space, trial => Math.Abs(trial.Values.Get<int>("n") - 4)).Tuner(Of(name)).Trials(1000).Parallel(2).RunMapped(_context);
        Assert.AreEqual(SweepEnd.SpaceExhausted, result.End);
        Assert.AreEqual(9 * 2 * 4, result.Trials.Select(trial => trial.Values).Distinct().Count());
        Assert.HasCount(9 * 2 * 4, result.Trials);
    }

    [TestMethod]
    [DataRow("random")]
    [DataRow("parzen")]
    public void ProposalsFollowFromTheSeed(string name)
    {
        string[] Run(int seed, int parallel) =>
            SweepTests.Lines(Mapped.Sweep(_context, Landscape.Space, trial => Landscape.Value(trial.Values)).Tuner(Of(name)).Trials(40).Seed(seed).Parallel(parallel).RunMapped(_context));
        CollectionAssert.AreEqual(Run(1, 1), Run(1, 1));
        CollectionAssert.AreEqual(Run(1, 3), Run(1, 3));
        CollectionAssert.AreNotEqual(Run(1, 1), Run(2, 1));
    }

    /// <summary>What it is kept for: over many seeds it finds in fewer trials what random trials find, with functions like the loss of a network over its settings.</summary>
    [TestMethod]
    [DataRow(false, 60, 90)]
    [DataRow(true, 40, 80)]
    public void TheParzenTunerNeedsFewerTrialsThanRandom(bool perceptron, int parzenTrials, int randomTrials)
    {
        double target = Median(perceptron, new RandomTuner(), randomTrials);
        double reached = Median(perceptron, new TreeParzenTuner(), parzenTrials);
        Assert.IsLessThan(target, reached);
    }

    [TestMethod]
    public void ItLearnsFromPrunedAndFailedTrials()
    {
        // All trials but those with x above 0.9 are pruned after an epoch or fail.
        var space = SearchSpace.Empty.Range("x", 0, 1);
        var trials = Enumerable.Range(1, 30).Select(i =>
        {
            double x = (i - 1) / 30.0;
            var trial = new Trial(i, space.Values(("x", x)), i);
            return x < 0.1 ? trial with { State = TrialState.Failed } : trial with { State = TrialState.Pruned, Epochs = [Mapped.Epoch(1, 1 - x)] };
        }).ToArray();
        double[] proposed = [.. Enumerable.Range(31, 40).Select(number => new TreeParzenTuner().Propose(new TunerRequest(space, number, 1, Mapped.Metric, trials, _ => true))!.Get<double>("x"))];
        Assert.IsGreaterThan(0.7, proposed.Average());
    }

    /// <summary>The best value of some trials, in the middle of the seeds.</summary>
    private static double Median(bool perceptron, Tuner tuner, int number)
    {
        const int Seeds = 31;
        var space = perceptron ? TrainerSpaces.Mlp : Landscape.Space;
        return Enumerable.Range(0, Seeds).Select(seed =>
        {
            var trials = new List<Trial>();
            var proposed = new HashSet<ParameterValues>();
            while (trials.Count < number)
            {
                var values = tuner.Propose(new TunerRequest(space, trials.Count + 1, seed, Mapped.Metric, trials, one => !proposed.Contains(one)))!;
                Assert.IsTrue(proposed.Add(values));
                trials.Add(new Trial(trials.Count + 1, values, 0) with { State = TrialState.Completed, Score = perceptron ? Landscape.PerceptronValue(values) : Landscape.Value(values) });
            }

            return trials.Min(trial => trial.Score!.Value);
        }).Order().ElementAt(Seeds / 2);
    }

    private static Tuner Of(string name) => name == "random" ? new RandomTuner() : new TreeParzenTuner();
}
