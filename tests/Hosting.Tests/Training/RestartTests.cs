using MLNet.GradientTrainers.Hosting.Tests.Versions;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>What goes over the end of a service to the next start.</summary>
[TestClass]
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string State => _folder["state"];

    private string QueueFile => _folder["state/queue.json"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task WhatRanAndWhatWaitedGoesOn()
    {
        TrainingRun[] before;
        using (var gate = new Gate())
        {
            await using var service = await Start(gate.Prepare);
            var running = service.Queue.Enqueue("rings", new TrainingRequest { Reason = "first" });
            await gate.Entered("rings");
            before = [running, service.Queue.Enqueue("rings", new TrainingRequest { Reason = "second", Seed = 5, Parameters = new Dictionary<string, string> { ["file"] = "a" } })];
            await service.StopAsync();
            foreach (var run in before)
            {
                Assert.AreEqual(TrainingStatus.Interrupted, (await Service.EndOf(run)).Status);
                Assert.IsTrue(((TrainingInterrupted)(await Service.EventsOf(run))[^1]).WillGoOn);
            }

            Assert.AreEqual(TrainingRefusal.Stopping, Assert.Throws<TrainingRefusedException>(() => service.Queue.Enqueue("rings")).Refusal);
        }

        List<string> parameters = [];
        await using var restarted = await Start((context, _) =>
        {
            parameters.Add(string.Join(",", context.Parameters.Values));
            return Task.FromResult(Service.Plan(context));
        });
        foreach (var run in before)
        {
            var after = restarted.Queue.Find(run.Id)!;
            Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(after)).Status, after.Result!.Reason);
            Assert.AreEqual((run.Seed, run.Request.Reason, run.QueuedAt), (after.Seed, after.Request.Reason, after.QueuedAt));
            Assert.AreEqual(1, after.Attempts, "A graceful end is no failed attempt.");
        }

        CollectionAssert.AreEqual(new[] { "", "a" }, parameters);
        await restarted.StopAsync();
        await using var third = await Start();
        Assert.IsEmpty(third.Queue.Pending);
    }

    [TestMethod]
    public async Task WithoutAStateFolderNothingIsKept()
    {
        TrainingRun run;
        using (var gate = new Gate())
        {
            await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways));
            run = service.Queue.Enqueue("rings");
            await gate.Entered("rings");
            Assert.HasCount(1, service.Log.Of("TrainingStateNotKept"));
        }

        Assert.AreEqual(TrainingStatus.Interrupted, run.Status);
        Assert.IsFalse(((TrainingInterrupted)(await Service.EventsOf(run))[^1]).WillGoOn);
        await using var restarted = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways));
        Assert.IsNull(restarted.Queue.Find(run.Id));
    }

    [TestMethod]
    public async Task WhatIsQueuedBeforeTheStartIsKept()
    {
        TrainingRun run;
        await using (var service = Create())
        {
            run = service.Queue.Enqueue("rings");
            await service.StartAsync();
            StringAssert.Contains(File.ReadAllText(QueueFile), run.Id);
            Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(run)).Status);
        }

        Assert.DoesNotContain(run.Id, File.ReadAllText(QueueFile));
    }

    [TestMethod]
    public async Task AFitThatIsCompleteIsJudgedAndPublishedBeforeTheEnd()
    {
        Task? stopped = null;
        Service? service = null;
        service = Service.Create(
            _folder,
            training => training.AddJob("rings", context => Service.Plan(context), job => job.Rule = PublishingRule.Of(
                _ =>
                {
                    stopped = service!.StopAsync();
                    return PublishingDecision.Publish("at the last moment");
                },
                ModelMetric.Accuracy())),
            options => options.StateFolder = State);
        await using var disposed = service;
        await service.StartAsync();
        var run = service.Queue.Enqueue("rings");
        var result = await Service.EndOf(run);
        Assert.AreEqual((TrainingStatus.Published, 1), (result.Status, result.Version?.Number));
        await stopped!;
        Assert.DoesNotContain(run.Id, File.ReadAllText(QueueFile));
    }

    [TestMethod]
    public async Task AModelThatWasPublishedBeforeACrashIsNotTrainedAgain()
    {
        var run = await InterruptedRun();
        var (model, schema) = SmallModel.Of(2);
        ModelStore.Open(_folder["models"]).Publish(model, schema, new ModelVersionDetails { RunId = run.Id }, activate: false);
        Assert.IsNull(ModelStore.Open(_folder["models"]).Current);

        await using var restarted = await Start((_, _) => throw new InvalidOperationException("It was trained again."));
        var result = await Service.EndOf(restarted.Queue.Find(run.Id)!);
        Assert.AreEqual((TrainingStatus.Published, 1), (result.Status, result.Version?.Number), result.Reason);
        Assert.AreEqual(2, SmallModel.FactorOf(restarted.Store.CurrentPath));
        Assert.HasCount(1, restarted.Log.Of("TrainingPublishedBefore"));
    }

    [TestMethod]
    public async Task ATrainerThatDoesNotStopInTimeIsNoFailedAttempt()
    {
        using var entered = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        await using var service = await Start((context, _) =>
        {
            entered.Release();
            goOn.Wait();
            return Task.FromResult(Service.Plan(context));
        });
        var run = service.Queue.Enqueue("rings");
        Assert.IsTrue(await entered.WaitAsync(TimeSpan.FromMinutes(1)));
        StringAssert.Contains(File.ReadAllText(QueueFile), "\"attempts\": 1");
        await service.StopAsync(new CancellationToken(true));

        // What the next process finds, when this one is ended now.
        Assert.AreEqual(TrainingStatus.Running, run.Status);
        StringAssert.Contains(File.ReadAllText(QueueFile), "\"attempts\": 0");
        goOn.Set();
        Assert.AreEqual(TrainingStatus.Interrupted, (await Service.EndOf(run)).Status);
    }

    [TestMethod]
    public async Task ARunThatEndsItsProcessAgainAndAgainIsGivenUp()
    {
        var run = await InterruptedRun(attempts: 3);
        await using var restarted = await Start();
        var given = restarted.Queue.Finished.Single();
        Assert.AreEqual((run.Id, TrainingStatus.Failed), (given.Id, given.Status));
        StringAssert.Contains(given.Result!.Reason, "started 3 times");
        Assert.IsEmpty(restarted.Queue.Pending);
        Assert.DoesNotContain(run.Id, File.ReadAllText(QueueFile));
    }

    [TestMethod]
    public async Task ARunOfAJobThatIsGoneIsDropped()
    {
        await InterruptedRun();
        await using var restarted = await Service.StartAsync(
            _folder,
            training => training.AddJob("other", context => Service.Plan(context), job =>
            {
                Service.PublishAlways(job);
                job.Store = "rings";
            }),
            options => options.StateFolder = State);
        Assert.IsEmpty(restarted.Queue.Pending);
        Assert.HasCount(1, restarted.Log.Of("UnknownTrainingJob"));
    }

    [TestMethod]
    [DataRow("queue.json", "[{\"id\":")]
    [DataRow("queue.json", "{\"a\": 1}")]
    [DataRow("queue.json", "[null, {\"id\": \"1\"}, 3]")]
    [DataRow("triggers.json", "no json")]
    public async Task StateThatMakesNoSenseIsMovedAside(string file, string text)
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, file), text);
        await using var service = await Start();
        Assert.AreEqual(text, File.ReadAllText(Path.Combine(State, file + ".damaged")));
        Assert.HasCount(1, service.Log.Of("TrainingStateDamaged"));
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(service.Queue.Enqueue("rings"))).Status);
    }

    /// <summary>Another program holds the file, or it belongs to another user.</summary>
    [TestMethod]
    [DataRow("queue.json")]
    [DataRow("triggers.json")]
    public async Task StateThatCannotBeReadStopsNoTraining(string file)
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, file), "[]");
        await using var held = new FileStream(Path.Combine(State, file), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        await using var service = await Start();
        Assert.HasCount(1, service.Log.Of("TrainingStateDamaged"));
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(service.Queue.Enqueue("rings"))).Status);
    }

    /// <summary>An id names files that are removed with the run.</summary>
    [TestMethod]
    [DataRow("../../other/keep")]
    [DataRow("*")]
    [DataRow("..")]
    public async Task AnIdThatIsNoneIsPassedOver(string id)
    {
        Directory.CreateDirectory(State);
        Directory.CreateDirectory(_folder["other"]);
        string file = _folder["other/keep.1.checkpoint"];
        File.WriteAllText(file, "");
        const string Entry = "{\"id\": \"ID\", \"job\": \"rings\", \"reason\": \"\", \"parameters\": {}, \"seed\": 1, \"queuedAt\": \"2026-01-01T00:00:00Z\", \"attempts\": 0}";
        string sound = Guid.NewGuid().ToString("N");
        File.WriteAllText(QueueFile, $"[{Entry.Replace("ID", id)}, {Entry.Replace("ID", sound)}, {Entry.Replace("ID", sound)}]");
        await using var service = await Start();
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(service.Queue.Find(sound)!)).Status);
        Assert.IsNull(service.Queue.Find(id));
        Assert.HasCount(1, service.Queue.Finished);
        Assert.IsEmpty(service.Queue.Pending);
        Assert.IsTrue(File.Exists(file));
    }

    [TestMethod]
    public async Task EntriesThatMakeNoSenseArePassedOver()
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(QueueFile, "[null, {}, {\"id\": \"1\", \"job\": \"rings\"}]");
        await using var service = await Start();
        Assert.IsEmpty(service.Queue.Pending);
    }

    [TestMethod]
    public async Task TheStateFolderBelongsToOneProcess()
    {
        Directory.CreateDirectory(State);
        using (StoreLock.Take(Path.Combine(State, ".lock"), TimeSpan.Zero))
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Service.StartAsync(
                _folder,
                training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways),
                options => (options.StateFolder, options.LockTimeout) = (State, TimeSpan.Zero)));
            StringAssert.Contains(error.Message, "Another process trains with the state folder");
        }

        await (await Start()).DisposeAsync();
        await (await Start()).DisposeAsync();
    }

    [TestMethod]
    public async Task AServiceWithoutAModelMayTrainAtItsStart()
    {
        for (int start = 1; start <= 2; start++)
        {
            await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), job =>
            {
                Service.PublishAlways(job);
                job.RunWhenNoModel = true;
            }));
            if (start == 1)
            {
                Assert.AreEqual("there is no model yet", service.Queue.Pending.Concat(service.Queue.Finished).Single().Request.Reason);
                await Service.EndOf(service.Queue.Pending.Concat(service.Queue.Finished).Single());
            }
            else
            {
                Assert.IsEmpty(service.Queue.Pending.Concat(service.Queue.Finished));
            }
        }
    }

    /// <summary>Leaves a run in the file as a crash does: begun, and not ended.</summary>
    private async Task<TrainingRun> InterruptedRun(int attempts = 1)
    {
        TrainingRun run;
        using (var gate = new Gate())
        {
            await using var service = await Start(gate.Prepare);
            run = service.Queue.Enqueue("rings");
            await gate.Entered("rings");
        }

        string text = File.ReadAllText(QueueFile);
        StringAssert.Contains(text, "\"attempts\": 0");
        File.WriteAllText(QueueFile, text.Replace("\"attempts\": 0", $"\"attempts\": {attempts}"));
        return run;
    }

    private async Task<Service> Start(Func<TrainingContext, CancellationToken, Task<TrainingPlan>>? prepare = null)
    {
        var service = Create(prepare);
        await service.StartAsync();
        return service;
    }

    private Service Create(Func<TrainingContext, CancellationToken, Task<TrainingPlan>>? prepare = null) => Service.Create(
        _folder, training => training.AddJob("rings", prepare ?? ((context, _) => Task.FromResult(Service.Plan(context))), Service.PublishAlways), options => options.StateFolder = State);
}
