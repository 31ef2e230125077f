using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Trainings that go on from their checkpoints: after the end of a service, and after kill −9.</summary>
[TestClass]
public sealed class CheckpointTests : IDisposable
{
    private const int Kills = 50;

    private readonly TemporaryFolder _folder = new();

    private string Checkpoints => _folder["state/checkpoints"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task AFitGoesOnWhereTheServiceEndedItAndEndsWithTheSameModel()
    {
        TrainingRun before;
        await using (var service = CheckpointedService.Create(_folder, stopAt: 20))
        {
            await service.StartAsync();
            before = service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 });
            Assert.AreEqual(TrainingStatus.Interrupted, (await Service.EndOf(before)).Status);
            await service.StopAsync();
            Assert.HasCount(1, Directory.GetFiles(Checkpoints));
        }

        await using var restarted = CheckpointedService.Create(_folder);
        await restarted.StartAsync();
        var after = restarted.Queue.Find(before.Id)!;
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(after)).Status, after.Result!.Reason);
        var epochs = (await Service.EventsOf(after)).OfType<TrainingEpoch>().Select(epoch => epoch.Epoch).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(21, CheckpointedService.Epochs - 20).ToArray(), epochs);
        Assert.HasCount(1, restarted.Log.Of("TrainingGoesOn"));
        Assert.IsEmpty(Directory.GetFiles(Checkpoints));
        CollectionAssert.AreEqual(await ScoresWithoutInterruption(), Scores(restarted.Store.CurrentPath));
    }

    [TestMethod]
    [DataRow("other rows")]
    [DataRow("other settings")]
    [DataRow("damaged")]
    public async Task ACheckpointThatDoesNotFitIsDroppedWithAWarning(string how)
    {
        TrainingRun before;
        await using (var service = CheckpointedService.Create(_folder, stopAt: 20))
        {
            await service.StartAsync();
            before = service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 });
            await Service.EndOf(before);
        }

        if (how == "damaged")
        {
            File.WriteAllText(Directory.GetFiles(Checkpoints).Single(), "no checkpoint");
        }

        await using var restarted = CheckpointedService.Create(_folder, rows: how == "other rows" ? 130 : 120, units: how == "other settings" ? 6 : 8);
        await restarted.StartAsync();
        var after = restarted.Queue.Find(before.Id)!;
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(after)).Status, after.Result!.Reason);
        Assert.AreEqual(1, (await Service.EventsOf(after)).OfType<TrainingEpoch>().First().Epoch);
        Assert.HasCount(1, restarted.Log.Of("CheckpointRefused"));
        Assert.IsEmpty(Directory.GetFiles(Checkpoints));
    }

    [TestMethod]
    public async Task ACancelledRunLeavesNoCheckpointAndOnesOfRunsThatAreGoneAreRemoved()
    {
        Directory.CreateDirectory(Checkpoints);
        File.WriteAllText(Path.Combine(Checkpoints, "0123456789abcdef0123456789abcdef.1.checkpoint"), "left");
        TrainingRun? run = null;
        await using var service = CheckpointedService.Create(_folder, onEpoch: epoch =>
        {
            if (epoch == 20)
            {
                run!.Cancel();
            }
        });
        await service.StartAsync();
        Assert.IsEmpty(Directory.GetFiles(Checkpoints));
        run = service.Queue.Enqueue("rings");
        Assert.AreEqual(TrainingStatus.Cancelled, (await Service.EndOf(run)).Status);
        Assert.IsEmpty(Directory.GetFiles(Checkpoints));
    }

    [TestMethod]
    public async Task KilledAgainAndAgainItEndsWithTheSameModel()
    {
        var random = new Random(5);
        int last = 0;
        bool hasQueued = false;
        for (int i = 0; i < Kills; i++)
        {
            using var process = ChildProcess.Start(ChildProcess.Program(typeof(CheckpointTests).Assembly.Location, CheckpointedService.Command, _folder.Path, hasQueued ? "go on" : "queue"));
            hasQueued = true;

            // It has begun to train, and writes its checkpoint at each epoch.
            if (!int.TryParse(process.StandardOutput.ReadLine(), out int epoch))
            {
                Assert.Fail(process.StandardError.ReadToEnd());
            }

            Assert.IsGreaterThanOrEqualTo(last, epoch, "It began anew.");
            long until = Stopwatch.GetTimestamp() + (long)(random.NextDouble() * 0.04 * Stopwatch.Frequency);
            SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= until);
            process.Kill();
            process.WaitForExit();
            last = epoch;
        }

        await using var service = CheckpointedService.Create(_folder, epochs: CheckpointedService.ManyEpochs);
        await service.StartAsync();
        var run = service.Queue.Pending.Concat(service.Queue.Finished).Single();
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(run)).Status, run.Result!.Reason);
        Assert.AreEqual(Kills + 1, run.Attempts);
        Assert.IsEmpty(service.Log.Of("CheckpointRefused"));
        Assert.IsGreaterThanOrEqualTo(last, (await Service.EventsOf(run)).OfType<TrainingEpoch>().First().Epoch);
        CollectionAssert.AreEqual(await ScoresWithoutInterruption(CheckpointedService.ManyEpochs), Scores(service.Store.CurrentPath));
    }

    private static async Task<float[]> ScoresWithoutInterruption(int epochs = CheckpointedService.Epochs)
    {
        using var folder = new TemporaryFolder();
        await using var service = CheckpointedService.Create(folder, epochs: epochs);
        await service.StartAsync();
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 }))).Status);
        return Scores(service.Store.CurrentPath);
    }

    private static float[] Scores(string path)
    {
        var context = new MLContext(1);
        var scored = context.Model.Load(path, out _).Transform(RingPoint.Load(context, count: 50, seed: 8));
        return [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)];
    }
}

/// <summary>A service whose only job keeps a checkpoint at each epoch; as a process of its own it trains until it is killed.</summary>
internal static class CheckpointedService
{
    public const string Command = "train";
    public const int Epochs = 40;
    public const int ManyEpochs = 800;

    /// <summary>Epochs after which the process waits to be killed: so many for each leave some for the end.</summary>
    private const int EpochsOfAProcess = 12;

    /// <param name="folder">Folder of the store and of the state.</param>
    /// <param name="epochs">Epochs of the training.</param>
    /// <param name="stopAt">The epoch at which the service is stopped; 0 for none.</param>
    /// <param name="rows">Rows of the data.</param>
    /// <param name="units">Hidden units.</param>
    /// <param name="onEpoch">Told of each epoch.</param>
    public static Service Create(TemporaryFolder folder, int epochs = Epochs, int stopAt = 0, int rows = 120, int units = 8, Action<int>? onEpoch = null) =>
        Create(folder.Path, epochs, stopAt, rows, units, onEpoch);

    /// <summary>The command: starts the service, queues a run at first, and prints the epochs.</summary>
    public static async Task RunAsync(string folder, bool queues)
    {
        int epochs = 0;
        await using var service = Create(folder, ManyEpochs, onEpoch: epoch =>
        {
            Console.WriteLine(epoch);
            Thread.Sleep(++epochs < EpochsOfAProcess ? 1 : Timeout.Infinite);
        });
        if (queues)
        {
            service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 });
        }

        await service.StartAsync();
        await Task.Delay(Timeout.Infinite);
    }

    private static Service Create(string folder, int epochs, int stopAt = 0, int rows = 120, int units = 8, Action<int>? onEpoch = null)
    {
        Service? service = null;
        service = Service.Create(
            folder,
            training => training.AddJob(
                "rings",
                context =>
                {
                    var options = context.Connect(new MlpTrainer.Options { HiddenLayers = [units], NumberOfEpochs = epochs, BatchSize = 20, Members = 1 });
                    options.CheckpointEveryEpochs = 1;
                    options.OnEpoch += epoch =>
                    {
                        onEpoch?.Invoke(epoch.Epoch);
                        if (epoch.Epoch == stopAt)
                        {
                            service!.StopAsync();
                            Assert.IsTrue(context.CancellationToken.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)));
                        }
                    };
                    return new TrainingPlan(RingPoint.Load(context.MLContext, rows), new MlpTrainer(context.MLContext, options));
                },
                Service.PublishAlways),
            options => (options.StateFolder, options.MaxAttempts) = (Path.Combine(folder, "state"), int.MaxValue));
        return service;
    }
}
