using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>A run from the queue to its end.</summary>
[TestClass]
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task ARunTrainsEvaluatesAndPublishes()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishIfNotWorse));
        var run = service.Queue.Enqueue("rings", new TrainingRequest { Reason = "the test", Seed = 7 });
        var result = await Service.EndOf(run);

        Assert.AreEqual(TrainingStatus.Published, result.Status, result.Reason);
        Assert.AreEqual(1, result.Version!.Number);
        var stored = service.Store.Current!;
        Assert.AreEqual(7, stored.Details.Seed);
        Assert.AreEqual(run.Id, stored.Details.RunId);
        Assert.AreEqual("new MlpTrainer.Options { HiddenLayers = [8], Members = 1, NumberOfEpochs = 3, BatchSize = 20 }", stored.Details.Settings);
        CollectionAssert.AreEquivalent(new[] { "accuracy", "log-loss" }, stored.Details.Metrics.Keys.ToArray());

        var events = await Service.EventsOf(run);
        CollectionAssert.AreEqual(
            new[] { typeof(TrainingQueued), typeof(TrainingStarted), typeof(TrainingEpoch), typeof(TrainingEpoch), typeof(TrainingEpoch), typeof(TrainingEvaluated), typeof(TrainingPublished) },
            events.Select(one => one.GetType()).ToArray());
        var epoch = events.OfType<TrainingEpoch>().Last();
        Assert.AreEqual((3, 3, 0.0), (epoch.Epoch, epoch.NumberOfEpochs, epoch.RemainingSeconds));
        Assert.IsNull(epoch.ValidationLoss);
        Assert.AreEqual("the test", ((TrainingQueued)events[0]).Reason);
        CollectionAssert.AreEqual(events.Select(one => one.Sequence).Order().Distinct().ToArray(), events.Select(one => one.Sequence).ToArray());
        Assert.IsTrue(events.All(one => one.RunId == run.Id && one.Job == "rings"));
        Assert.AreSame(run, service.Queue.Find(run.Id));
        Assert.AreSame(run, service.Queue.Finished.Single());
        Assert.IsEmpty(service.Queue.Pending);
    }
}
