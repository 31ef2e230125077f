using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using MLNet.GradientTrainers.Sweeps;
using ChoiceOption = Microsoft.ML.SearchSpace.Option.ChoiceOption;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace MLNet.GradientTrainers.AutoML.Tests;

/// <summary>Our tuners on AutoML's spaces, without an experiment.</summary>
[TestClass]
public sealed class TunerTests
{
    private static Space Mixed() => new()
    {
        ["rate"] = new UniformDoubleOption(1e-4, 1, true, 0.01),
        ["share"] = new UniformSingleOption(0, 0.7f, false, 0.1f),
        ["count"] = new UniformIntOption(2, 40, true, 5),
        ["layers"] = new ChoiceOption(new[] { 8 }, new[] { 8, 8 }, new[] { 16, 16 }),
        ["fixed"] = new ChoiceOption("only"),
        ["inner"] = new SearchSpace<PolynomialSweepOptions>(),
    };

    [TestMethod]
    public void TheDefaultsComeFirstWithAllTheirDigits()
    {
        var parameter = new GradientTuner(Mixed(), new RandomTuner()).Propose(new TrialSettings());
        Assert.AreEqual(0.01, parameter["rate"].AsType<double>(), 1e-12);
        Assert.AreEqual(0.1f, parameter["share"].AsType<float>(), 1e-6f);
        CollectionAssert.AreEqual(new[] { 8 }, parameter["layers"].AsType<int[]>());
        Assert.AreEqual("only", parameter["fixed"].AsType<string>());
        Assert.AreEqual(2, parameter["inner"].AsType<PolynomialSweepOptions>().Degree);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EqualSeedsProposeTheSameAndAnotherSeedAnother(bool parzen)
    {
        Tuner tuner = parzen ? new TreeParzenTuner(randomTrials: 4) : new RandomTuner();
        string[] first = Proposals(tuner, 1);
        CollectionAssert.AreEqual(first, Proposals(tuner, 1));
        CollectionAssert.AreNotEqual(first, Proposals(tuner, 2));
        Assert.HasCount(first.Length, first.Distinct());
    }

    [TestMethod]
    public void ALearningTunerFindsMoreThanChance()
    {
        double Best(Tuner tuner) => Enumerable.Range(1, 3).Average(seed => Run(new GradientTuner(Mixed(), tuner, seed), 40).Min(trial => trial.Loss));
        Assert.IsLessThan(Best(new RandomTuner()), Best(new TreeParzenTuner()));
    }

    [TestMethod]
    public void AGridVisitsEachPointOnceAlsoWithAChoiceOfOne()
    {
        var space = new Space
        {
            ["_SCHEMA_"] = new ChoiceOption("e0 * e1"),
            ["e0"] = new Space(),
            ["e1"] = new Space { ["kind"] = new ChoiceOption("a", "b"), ["number"] = new UniformIntOption(1, 3), ["rate"] = new UniformDoubleOption(0.01, 1, true, 0.05) },
        };
        var tuner = new GradientTuner(new Space { ["_pipeline_"] = space }, new GridTuner(3));
        var points = Enumerable.Range(0, 19).Select(i => tuner.Propose(new TrialSettings { TrialId = i })["_pipeline_"]["e1"]).ToArray();
        string[] all = [.. points.Skip(1).Select(point => FormattableString.Invariant($"{point["kind"].AsType<string>()} {point["number"].AsType<int>()} {point["rate"].AsType<double>():0.######}"))];
        string[] expected = [.. from kind in new[] { "a", "b" } from number in new[] { 1, 2, 3 } from rate in new[] { "0.01", "0.1", "1" } select $"{kind} {number} {rate}"];
        Assert.AreEqual(18, new GridTuner(3).Combinations(tuner.Searched));
        Assert.AreEqual(0.05, points[0]["rate"].AsType<double>(), 1e-9);
        CollectionAssert.AreEqual(expected, all);
    }

    [TestMethod]
    public void AnExhaustedGridProposesTheBestAgain()
    {
        var tuner = new GradientTuner(new Space { ["kind"] = new ChoiceOption("a", "b", "c") }, new GridTuner());
        for (int i = 0; i < 3; i++)
        {
            var settings = new TrialSettings { TrialId = i };
            settings.Parameter = tuner.Propose(settings);
            tuner.Update(new TrialResult { TrialSettings = settings, Loss = settings.Parameter["kind"].AsType<string>() == "b" ? 0 : 1 });
        }

        Assert.AreEqual("b", tuner.Propose(new TrialSettings { TrialId = 3 })["kind"].AsType<string>());
    }

    [TestMethod]
    public void FailedTrialsAndTrialsOfOthersDoNotConfuse()
    {
        var tuner = new GradientTuner(Mixed(), new TreeParzenTuner(randomTrials: 2));
        tuner.Update(new TrialResult { TrialSettings = new TrialSettings { TrialId = 77 }, Loss = 0 });
        for (int i = 0; i < 6; i++)
        {
            var settings = new TrialSettings { TrialId = i };
            settings.Parameter = tuner.Propose(settings);
            tuner.Update(new TrialResult { TrialSettings = settings, Loss = i % 2 == 0 ? double.MaxValue : i });
        }
    }

    [TestMethod]
    public void AnUnknownKindOfOptionIsNamed() =>
        Assert.Contains("'strange'", Assert.ThrowsExactly<NotSupportedException>(() => new GradientTuner(new Space { ["strange"] = new Strange() }, new RandomTuner())).Message);

    private static string[] Proposals(Tuner tuner, int seed) => [.. Run(new GradientTuner(Mixed(), tuner, seed), 12).Select(result => Text(result.TrialSettings.Parameter))];

    private static List<TrialResult> Run(GradientTuner tuner, int trials)
    {
        var results = new List<TrialResult>();
        for (int i = 0; i < trials; i++)
        {
            var settings = new TrialSettings { TrialId = i };
            settings.Parameter = tuner.Propose(settings);
            double distance = Math.Abs(Math.Log10(settings.Parameter["rate"].AsType<double>()) + 2.5) + Math.Abs(settings.Parameter["share"].AsType<float>() - 0.6);
            results.Add(new TrialResult { TrialSettings = settings, Loss = distance });
            tuner.Update(results[^1]);
        }

        return results;
    }

    private static string Text(Parameter parameter) => FormattableString.Invariant(
        $"{parameter["rate"].AsType<double>():R} {parameter["share"].AsType<float>():R} {parameter["count"].AsType<int>()} {string.Join(',', parameter["layers"].AsType<int[]>())} {parameter["inner"]["Ridge"].AsType<double>():R}");

    private sealed class Strange : OptionBase
    {
        public override int FeatureSpaceDim => 0;

        public override int?[] Step => [];

        public override double[] MappingToFeatureSpace(Parameter value) => [];

        public override Parameter SampleFromFeatureSpace(double[] values) => Parameter.FromInt(1);

        public Strange() => Default = [];
    }
}
