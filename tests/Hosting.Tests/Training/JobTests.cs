using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Jobs of several kinds.</summary>
[TestClass]
public sealed class JobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task AJobMayBeAClassWithServicesOfAScope()
    {
        var scopes = new List<Scoped>();
        await using var service = await Service.StartAsync(
            _folder,
            training => training.AddJob<ClassJob>("rings", Service.PublishAlways),
            services: services => services.AddScoped<Scoped>().AddSingleton(scopes));
        for (int i = 1; i <= 2; i++)
        {
            var result = await Service.EndOf(service.Queue.Enqueue("rings"));
            Assert.AreEqual(TrainingStatus.Published, result.Status, result.Reason);
            Assert.HasCount(i, scopes.Distinct());
            Assert.IsTrue(scopes[^1].IsDisposed);
        }
    }

    [TestMethod]
    public async Task AnyTrainerOfMLNetWillDo()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings", context => new TrainingPlan(RingPoint.Load(context.MLContext), context.MLContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy()) { Settings = "L-BFGS", Notes = "by hand" }, Service.PublishAlways));
        var result = await Service.EndOf(service.Queue.Enqueue("rings"));
        Assert.AreEqual(TrainingStatus.Published, result.Status, result.Reason);
        Assert.AreEqual(("L-BFGS", "by hand"), (result.Version!.Details.Settings, result.Version.Details.Notes));
    }

    [TestMethod]
    public async Task ATrainerThatKnowsNoTokenIsCancelledToo()
    {
        TrainingRun? run = null;
        int rows = 0;
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings",
            context => new TrainingPlan(Endless(context.MLContext), context.MLContext.Transforms.NormalizeMeanVariance(nameof(RingPoint.Features))) { HeldOut = RingPoint.Load(context.MLContext) },
            job => job.Rule = PublishingRule.Always()));
        run = service.Queue.Enqueue("rings");
        Assert.AreEqual(TrainingStatus.Cancelled, (await Service.EndOf(run)).Status);

        IDataView Endless(MLContext context) => context.Data.LoadFromEnumerable(Points());

        IEnumerable<RingPoint> Points()
        {
            while (true)
            {
                if (++rows == 100)
                {
                    run!.Cancel();
                }

                yield return new RingPoint { Features = [rows % 7, rows % 5] };
            }
        }
    }

    [TestMethod]
    public async Task OptionsThatAreSetStay()
    {
        MlpTrainer.Options? set = null;
        MlpTrainer.Options? open = null;
        await using var service = await Service.StartAsync(
            _folder,
            training => training.AddJob(
                "rings",
                context =>
                {
                    set = context.Connect(new MlpTrainer.Options { Seed = 3, NumberOfThreads = 2 });
                    open = context.Connect(new MlpTrainer.Options());
                    Assert.AreEqual(context.CancellationToken, set.CancellationToken);
                    return Service.Plan(context);
                },
                Service.PublishAlways),
            options => options.NumberOfThreads = 1);
        var run = service.Queue.Enqueue("rings");
        var result = await Service.EndOf(run);
        Assert.AreEqual(TrainingStatus.Published, result.Status, result.Reason);
        Assert.AreEqual((3, 2), (set!.Seed, set.NumberOfThreads));
        Assert.AreEqual((run.Seed, 1), (open!.Seed, open.NumberOfThreads));
        StringAssert.Contains(result.Version!.Details.Settings, "new MlpTrainer.Options { NumberOfThreads = 2, Seed = 3 }; new MlpTrainer.Options(); new MlpTrainer.Options { HiddenLayers");
    }

    [TestMethod]
    public async Task AJobThatPreparesNothingFails()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", _ => null!, Service.PublishAlways));
        StringAssert.Contains((await Service.EndOf(service.Queue.Enqueue("rings"))).Reason, "must return a TrainingPlan");
    }

    private sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class ClassJob(Scoped scoped, List<Scoped> scopes) : ITrainingJob
    {
        public Task<TrainingPlan> PrepareAsync(TrainingContext context, CancellationToken cancellationToken)
        {
            scopes.Add(scoped);
            return Task.FromResult(Service.Plan(context));
        }
    }
}
