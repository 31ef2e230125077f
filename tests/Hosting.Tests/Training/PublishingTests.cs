using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Hosting.Tests.Versions;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Which models are published, by the job's rule.</summary>
[TestClass]
public sealed class PublishingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task AWorseModelIsRejectedAndTheCurrentOneStays()
    {
        bool swapped = false;
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Plan(context, swapped), Service.PublishIfNotWorse));
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(service.Queue.Enqueue("rings"))).Status);
        swapped = true;
        var run = service.Queue.Enqueue("rings");
        var result = await Service.EndOf(run);
        Assert.AreEqual(TrainingStatus.Rejected, result.Status, result.Reason);
        StringAssert.Contains(result.Reason, "of the current model");
        Assert.IsNull(result.Version);
        Assert.AreEqual(1, service.Store.Current!.Number);
        Assert.HasCount(1, service.Store.List());
        var events = await Service.EventsOf(run);
        var evaluated = events.OfType<TrainingEvaluated>().Single();
        Assert.IsLessThan(evaluated.Current!["accuracy"], evaluated.Candidate["accuracy"]);
        Assert.AreEqual(result.Reason, ((TrainingRejected)events[^1]).Reason);
        Assert.HasCount(1, service.Log.Of("TrainingRejected"));
    }

    [TestMethod]
    public async Task TheSameModelIsNotWorse()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Plan(context), job =>
        {
            Service.PublishIfNotWorse(job);
            job.Seed = 4;
        }));
        for (int version = 1; version <= 2; version++)
        {
            var run = service.Queue.Enqueue("rings");
            Assert.AreEqual(version, (await Service.EndOf(run)).Version?.Number);
            var evaluated = (await Service.EventsOf(run)).OfType<TrainingEvaluated>().Single();
            if (version == 2)
            {
                // The same rows and the same bits.
                CollectionAssert.AreEqual(evaluated.Candidate.ToArray(), evaluated.Current!.ToArray());
            }
        }
    }

    [TestMethod]
    [DataRow(0.80, 0.80, 0.0, null, true)]
    [DataRow(0.79, 0.80, 0.0, null, false)]
    [DataRow(0.79, 0.80, 0.02, null, true)]
    [DataRow(0.77, 0.80, 0.02, null, false)]
    [DataRow(0.95, 0.80, 0.0, 0.96, false)]
    [DataRow(0.96, 0.80, 0.0, 0.96, true)]
    [DataRow(double.NaN, 0.80, 0.0, null, false)]
    [DataRow(0.1, double.NaN, 0.0, null, true)]
    [DataRow(double.NaN, double.NaN, 0.0, null, false)]
    public void NotWorseGoesByMetricToleranceAndLimit(double candidate, double current, double tolerance, double? limit, bool isPublished)
    {
        var rule = PublishingRule.NotWorse(new ModelMetric("m", true, (_, _) => 0), tolerance, limit);
        Assert.AreEqual(isPublished, rule.Decide(Comparison(candidate, current)).IsPublished);
        var lower = PublishingRule.NotWorse(new ModelMetric("m", false, (_, _) => 0), tolerance, -limit);
        Assert.AreEqual(isPublished, lower.Decide(Comparison(-candidate, -current)).IsPublished);
    }

    [TestMethod]
    [DataRow(0.5, null, true)]
    [DataRow(0.5, 0.6, false)]
    [DataRow(double.NaN, null, false)]
    public void TheFirstModelHasToReachTheLimitOnly(double candidate, double? limit, bool isPublished)
    {
        var decision = PublishingRule.NotWorse(new ModelMetric("m", true, (_, _) => 0), limit: limit).Decide(Comparison(candidate, null));
        Assert.AreEqual(isPublished, decision.IsPublished, decision.Reason);
    }

    [TestMethod]
    public void RulesOutOfRangeAreRefused()
    {
        var metric = new ModelMetric("m", true, (_, _) => 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => PublishingRule.NotWorse(metric, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PublishingRule.NotWorse(metric, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => PublishingRule.NotWorse(metric, limit: double.NaN));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => PublishingRule.Always(metric, metric)).Message, "the name 'm'");
    }

    [TestMethod]
    [DataRow("broken", WhenNotComparable.Publish)]
    [DataRow("broken", WhenNotComparable.Reject)]
    [DataRow("other columns", WhenNotComparable.Publish)]
    [DataRow("other columns", WhenNotComparable.Reject)]
    public async Task ACurrentModelThatCannotBeComparedIsLeftToTheRule(string what, WhenNotComparable then)
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings", context => Plan(context), job => job.Rule = PublishingRule.NotWorse(ModelMetric.Accuracy()) with { WhenNotComparable = then }));
        if (what == "broken")
        {
            File.WriteAllText(service.Store.CurrentPath, "no model");
        }
        else
        {
            SmallModel.Publish(service.Store, 2);
        }

        var run = service.Queue.Enqueue("rings");
        var result = await Service.EndOf(run);
        Assert.AreEqual(then == WhenNotComparable.Publish ? TrainingStatus.Published : TrainingStatus.Rejected, result.Status, result.Reason);
        StringAssert.Contains(result.Reason, "the current model can't be compared");
        var evaluated = (await Service.EventsOf(run)).OfType<TrainingEvaluated>().Single();
        Assert.IsNull(evaluated.Current);
        Assert.IsNotNull(evaluated.CurrentProblem);
        StringAssert.Contains(service.Log.Of("CurrentModelNotComparable").Single(), evaluated.CurrentProblem);
    }

    [TestMethod]
    public async Task ARuleOfOnesOwnSeesBothModelsAndTheRows()
    {
        List<PublishingComparison> seen = [];
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Plan(context), job => job.Rule = PublishingRule.Of(
            comparison =>
            {
                seen.Add(comparison);
                Assert.IsNotNull(comparison.CandidateModel.Transform(comparison.HeldOut).Schema.GetColumnOrNull("Score"));
                return seen.Count < 3 ? PublishingDecision.Publish("as I like it") : PublishingDecision.Reject("enough");
            },
            ModelMetric.LogLoss())));
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(i < 2 ? (TrainingStatus.Published, "as I like it") : (TrainingStatus.Rejected, "enough"), await Ended(service));
        }

        CollectionAssert.AreEqual(new int?[] { null, 1, 2 }, seen.Select(comparison => comparison.CurrentVersion?.Number).ToArray());
        Assert.IsNull(seen[0].CurrentModel);
        Assert.IsNotNull(seen[1].CurrentModel!.Transform(seen[1].HeldOut).Schema.GetColumnOrNull("Score"));
        CollectionAssert.AreEqual(new[] { "log-loss" }, seen[1].Current!.Keys.ToArray());
    }

    [TestMethod]
    public async Task AModelThatAnotherProcessPublishedMeanwhileIsComparedWith()
    {
        ModelStore? store = null;
        List<int?> seen = [];
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Plan(context), job => job.Rule = PublishingRule.Of(comparison =>
        {
            seen.Add(comparison.CurrentVersion?.Number);
            if (seen.Count == 1)
            {
                SmallModel.Publish(store!, 2);
            }

            return PublishingDecision.Publish("by the test");
        })));
        store = service.Store;
        var result = await Service.EndOf(service.Queue.Enqueue("rings"));
        Assert.AreEqual(2, result.Version!.Number);
        CollectionAssert.AreEqual(new int?[] { null, 1 }, seen);
    }

    [TestMethod]
    public async Task HeldOutRowsMayBeGiven()
    {
        long rows = 0;
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings",
            context => Plan(context) with { HeldOut = RingPoint.Load(context.MLContext, count: 37, seed: 9) },
            job => job.Rule = PublishingRule.Always(new ModelMetric("rows", true, (_, scored) => rows = scored.GetColumn<uint>("Label").Count()))));
        await Service.EndOf(service.Queue.Enqueue("rings"));
        Assert.AreEqual(37, rows);
    }

    [TestMethod]
    public async Task WithoutAHeldOutRowTheRunFails()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings", context => Plan(context) with { HeldOut = context.MLContext.Data.FilterRowsByColumn(RingPoint.Load(context.MLContext), nameof(RingPoint.Weight), lowerBound: 2) }, Service.PublishIfNotWorse));
        var result = await Service.EndOf(service.Queue.Enqueue("rings"));
        Assert.AreEqual(TrainingStatus.Failed, result.Status);
        StringAssert.StartsWith(result.Reason, "No row is held out");
    }

    [TestMethod]
    public async Task TheSplitIsTheSameForAllSeedsAndForRowsThatCameBehind()
    {
        int count = 120;
        List<HashSet<float>> heldOut = [];
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings",
            context => Plan(context) with { Data = RingPoint.Load(context.MLContext, count) },
            job => job.Rule = PublishingRule.Of(comparison =>
            {
                heldOut.Add([.. comparison.MLContext.Data.CreateEnumerable<RingPoint>(comparison.HeldOut, reuseRowObject: false).Select(point => point.Features[0])]);
                return PublishingDecision.Publish("by the test");
            })));
        await Service.EndOf(service.Queue.Enqueue("rings", new TrainingRequest { Seed = 1 }));
        await Service.EndOf(service.Queue.Enqueue("rings", new TrainingRequest { Seed = 2 }));
        count = 200;
        await Service.EndOf(service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 }));
        Assert.IsInRange(10, 40, heldOut[0].Count);
        Assert.IsTrue(heldOut[0].SetEquals(heldOut[1]));
        Assert.IsTrue(heldOut[0].IsProperSubsetOf(heldOut[2]));
    }

    private static TrainingPlan Plan(TrainingContext context, bool swapped = false) => Service.Plan(context, epochs: 20) with
    {
        Data = RingPoint.Load(context.MLContext, swapped: swapped),
        HeldOut = swapped ? RingPoint.Load(context.MLContext, seed: 5) : null,
    };

    private static async Task<(TrainingStatus, string)> Ended(Service service)
    {
        var result = await Service.EndOf(service.Queue.Enqueue("rings"));
        return (result.Status, result.Reason);
    }

    private static PublishingComparison Comparison(double candidate, double? current)
    {
        var context = new MLContext(1);
        var rows = context.Data.LoadFromEnumerable(new[] { new { X = 1f } });
        return new PublishingComparison
        {
            Candidate = new Dictionary<string, double> { ["m"] = candidate },
            Current = current is { } value ? new Dictionary<string, double> { ["m"] = value } : null,
            MLContext = context,
            HeldOut = rows,
            CandidateModel = context.Transforms.CopyColumns("Y", "X").Fit(rows),
        };
    }
}
