namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>What is taken on, merged, refused and cancelled, and in which order it runs.</summary>
[TestClass]
public sealed class QueueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task EqualRunsThatWaitAreOne()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways));
        var running = service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        var waiting = service.Queue.Enqueue("rings");
        Assert.AreNotSame(running, waiting, "What runs already may have read older data.");
        Assert.AreSame(waiting, service.Queue.Enqueue("rings", new TrainingRequest { Reason = "again" }));
        var other = service.Queue.Enqueue("rings", new TrainingRequest { Parameters = new Dictionary<string, string> { ["file"] = "a" } });
        Assert.AreNotSame(waiting, other);
        Assert.AreSame(other, service.Queue.Enqueue("rings", new TrainingRequest { Parameters = new Dictionary<string, string> { ["file"] = "a" } }));
        Assert.AreNotSame(other, service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 }));
        Assert.AreEqual((TrainingStatus.Running, TrainingStatus.Queued), (running.Status, waiting.Status));
        CollectionAssert.AreEqual(new[] { running, waiting }, service.Queue.Pending.Take(2).ToArray());
    }

    [TestMethod]
    public async Task AnEqualRunIsRefusedWhereTheJobSaysSo()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, job =>
        {
            Service.PublishAlways(job);
            job.WhenQueued = WhenQueued.Refuse;
        }));
        service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        var waiting = service.Queue.Enqueue("rings");
        var error = Assert.Throws<TrainingRefusedException>(() => service.Queue.Enqueue("rings"));
        Assert.AreEqual(TrainingRefusal.AlreadyQueued, error.Refusal);
        StringAssert.Contains(error.Message, waiting.Id);
    }

    [TestMethod]
    public async Task OfManyAtOnceForAnIdleJobOneIsTakenOn()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways).AddJob("others", gate.Prepare, job =>
        {
            Service.PublishAlways(job);
            job.Store = "rings";
        }));
        for (int round = 0; round < 20; round++)
        {
            using var start = new Barrier(8);
            var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    try
                    {
                        return service.Queue.Enqueue("rings", new TrainingRequest { Seed = seed, OnlyWhenIdle = true });
                    }
                    catch (TrainingRefusedException exception)
                    {
                        Assert.AreEqual(TrainingRefusal.Busy, exception.Refusal);
                        return null;
                    }
                },
                TaskCreationOptions.LongRunning)));
            var taken = runs.Single(run => run is not null)!;
            var error = Assert.Throws<TrainingRefusedException>(() => service.Queue.Enqueue("rings", new TrainingRequest { OnlyWhenIdle = true }));
            StringAssert.Contains(error.Message, taken.Id);
            Assert.AreNotSame(taken, service.Queue.Enqueue("others", new TrainingRequest { OnlyWhenIdle = true }), "Another job is another matter.");
            foreach (var run in service.Queue.Pending)
            {
                run.Cancel();
                await Service.EndOf(run);
            }
        }
    }

    [TestMethod]
    public async Task AFullQueueRefuses()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways), options => options.QueueCapacity = 2);
        service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        service.Queue.Enqueue("rings", new TrainingRequest { Seed = 1 });
        var last = service.Queue.Enqueue("rings", new TrainingRequest { Seed = 2 });
        var error = Assert.Throws<TrainingRefusedException>(() => service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 }));
        Assert.AreEqual(TrainingRefusal.QueueFull, error.Refusal);
        StringAssert.Contains(error.Message, "2 runs wait already");
        last.Cancel();
        service.Queue.Enqueue("rings", new TrainingRequest { Seed = 3 });
    }

    [TestMethod]
    public async Task ARequestIsTheCallersNoMore()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways));
        service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        var parameters = new Dictionary<string, string> { ["file"] = "a" };
        var run = service.Queue.Enqueue("rings", new TrainingRequest { Parameters = parameters });
        parameters["file"] = "b";
        Assert.AreEqual("a", run.Request.Parameters["file"]);
        Assert.AreNotSame(run, service.Queue.Enqueue("rings", new TrainingRequest { Parameters = parameters }));
        Assert.Contains("Reason", Assert.ThrowsExactly<ArgumentException>(() => service.Queue.Enqueue("rings", new TrainingRequest { Reason = null! })).Message);
        Assert.Contains("Parameters", Assert.ThrowsExactly<ArgumentException>(() => service.Queue.Enqueue("rings", new TrainingRequest { Parameters = null! })).Message);
        Assert.Contains("Parameters", Assert.ThrowsExactly<ArgumentException>(() => service.Queue.Enqueue("rings", new TrainingRequest { Parameters = new Dictionary<string, string> { ["file"] = null! } })).Message);
    }

    [TestMethod]
    public async Task AnUnknownJobIsRefusedWithThoseThereAre()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => service.Queue.Enqueue("ring")).Message, "there is rings");
        Assert.IsNull(service.Queue.Find("no run"));
        CollectionAssert.AreEqual(new[] { "rings" }, service.Queue.Jobs.ToArray());
    }

    [TestMethod]
    public async Task ARunThatWaitsIsCancelledAtOnce()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways));
        service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        var waiting = service.Queue.Enqueue("rings");
        waiting.Cancel();
        waiting.Cancel();
        Assert.IsTrue(waiting.Completion.IsCompletedSuccessfully);
        Assert.AreEqual(TrainingStatus.Cancelled, waiting.Status);
        Assert.HasCount(1, service.Queue.Pending);
        CollectionAssert.AreEqual(new[] { typeof(TrainingQueued), typeof(TrainingCancelled) }, (await Service.EventsOf(waiting)).Select(one => one.GetType()).ToArray());
    }

    [TestMethod]
    [DataRow("preparation")]
    [DataRow("training")]
    public async Task ARunThatRunsIsCancelled(string when)
    {
        using var gate = new Gate();
        TrainingRun? run = null;
        await using var service = await Service.StartAsync(_folder, training => training.AddJob(
            "rings",
            async (context, cancellationToken) => when == "preparation" ? await gate.Prepare(context, cancellationToken) : Service.Plan(context, epochs: int.MaxValue, epoch => CancelAt(epoch.Epoch)),
            Service.PublishAlways));
        run = service.Queue.Enqueue("rings");
        if (when == "preparation")
        {
            await gate.Entered("rings");
            run.Cancel();
        }

        var result = await Service.EndOf(run);
        Assert.AreEqual(TrainingStatus.Cancelled, result.Status, result.Reason);
        Assert.IsNull(service.Store.Current);
        Assert.IsInstanceOfType<TrainingCancelled>((await Service.EventsOf(run))[^1]);

        void CancelAt(int epoch)
        {
            if (epoch == 3)
            {
                run!.Cancel();
            }
        }
    }

    [TestMethod]
    public async Task AFailureTellsItsReasonAndTheNextRunGoesOn()
    {
        int calls = 0;
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => ++calls == 1 ? throw new InvalidDataException("The file is broken.") : Service.Plan(context), Service.PublishAlways));
        var failed = service.Queue.Enqueue("rings");
        var result = await Service.EndOf(failed);
        Assert.AreEqual((TrainingStatus.Failed, "The file is broken."), (result.Status, result.Reason));
        Assert.IsInstanceOfType<InvalidDataException>(result.Exception);
        StringAssert.Contains(service.Log.Of("TrainingFailed").Single(), "The file is broken.");
        Assert.AreEqual("The file is broken.", ((TrainingFailed)(await Service.EventsOf(failed))[^1]).Reason);
        Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(service.Queue.Enqueue("rings"))).Status);
    }

    [TestMethod]
    public async Task JobsRunAtOnceAndShareTheThreadsAndNoJobRunsTwice()
    {
        using var gate = new Gate();
        await using var service = await Service.StartAsync(
            _folder,
            training =>
            {
                training.AddJob("rings", gate.Prepare, Service.PublishAlways);
                training.AddJob("other", gate.Prepare, job =>
                {
                    Service.PublishAlways(job);
                    job.Store = "rings";
                });
            },
            options => (options.ConcurrentRuns, options.NumberOfThreads) = (2, 6));
        var first = service.Queue.Enqueue("rings", new TrainingRequest { Seed = 1 });
        var second = service.Queue.Enqueue("rings", new TrainingRequest { Seed = 2 });
        var third = service.Queue.Enqueue("other");
        await gate.Entered("rings");
        await gate.Entered("other");
        Assert.AreEqual((TrainingStatus.Running, TrainingStatus.Queued, TrainingStatus.Running), (first.Status, second.Status, third.Status));
        Assert.AreEqual(3, gate.Threads);
        gate.Open();
        foreach (var run in new[] { first, second, third })
        {
            Assert.AreEqual(TrainingStatus.Published, (await Service.EndOf(run)).Status);
        }

        Assert.AreEqual(1, gate.MostOfOneJob);
    }

    [TestMethod]
    public async Task FinishedRunsAreKeptUpToALimit()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", _ => throw new InvalidOperationException("No."), Service.PublishAlways), options => options.KeptRuns = 2);
        List<TrainingRun> runs = [];
        for (int i = 0; i < 3; i++)
        {
            runs.Add(service.Queue.Enqueue("rings"));
            await Service.EndOf(runs[^1]);
        }

        CollectionAssert.AreEqual(new[] { runs[2], runs[1] }, service.Queue.Finished.ToArray());
        Assert.IsNull(service.Queue.Find(runs[0].Id));
    }
}

/// <summary>A preparation that waits until it is told to go on.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (SemaphoreSlim Entered, int Inside)> _jobs = [];

    public int Threads { get; private set; }

    /// <summary>How many runs of one job were inside at once, at most.</summary>
    public int MostOfOneJob { get; private set; }

    public async Task<TrainingPlan> Prepare(TrainingContext context, CancellationToken cancellationToken)
    {
        lock (_jobs)
        {
            var job = Job(context.Run.Job);
            _jobs[context.Run.Job] = job with { Inside = job.Inside + 1 };
            MostOfOneJob = Math.Max(MostOfOneJob, job.Inside + 1);
            Threads = context.NumberOfThreads;
            job.Entered.Release();
        }

        await _open.Task.WaitAsync(cancellationToken);
        lock (_jobs)
        {
            _jobs[context.Run.Job] = Job(context.Run.Job) with { Inside = Job(context.Run.Job).Inside - 1 };
        }

        return Service.Plan(context);
    }

    public async Task Entered(string job)
    {
        SemaphoreSlim entered;
        lock (_jobs)
        {
            entered = Job(job).Entered;
        }

        Assert.IsTrue(await entered.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    public void Open() => _open.TrySetResult();

    public void Dispose() => Open();

    private (SemaphoreSlim Entered, int Inside) Job(string job)
    {
        if (!_jobs.ContainsKey(job))
        {
            _jobs[job] = (new SemaphoreSlim(0), 0);
        }

        return _jobs[job];
    }
}
