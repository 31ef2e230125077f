using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Health, metrics, activities and the log of training.</summary>
[TestClass]
public sealed class TelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task HealthTellsFailuresQueueAndAge()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        bool fails = false;
        using var gate = new Gate();
        bool waits = false;
        await using var service = await Service.StartAsync(
            _folder,
            training => training.AddJob("rings", async (context, token) => fails ? throw new InvalidDataException("No rows.") : waits ? await gate.Prepare(context, token) : Service.Plan(context), Service.PublishAlways),
            options => options.QueueCapacity = 1,
            time,
            services => services.AddHealthChecks().AddGradientTraining(maxModelAge: TimeSpan.FromDays(2)));
        Assert.AreEqual(HealthStatus.Healthy, (await Check()).Status);

        await Service.EndOf(service.Queue.Enqueue("rings"));
        time.Advance(TimeSpan.FromHours(1));
        var entry = await Check();
        Assert.AreEqual(HealthStatus.Healthy, entry.Status, entry.Description);
        Assert.AreEqual(1, entry.Data["rings.version"]);
        Assert.AreEqual(3600.0, entry.Data["rings.ageInSeconds"]);
        Assert.AreEqual(time.Start, entry.Data["rings.lastSuccess"]);

        fails = true;
        await Service.EndOf(service.Queue.Enqueue("rings"));
        entry = await Check();
        Assert.AreEqual(HealthStatus.Degraded, entry.Status);
        StringAssert.Contains(entry.Description, "the last run of 'rings' failed: No rows.");
        Assert.AreEqual(time.GetUtcNow(), entry.Data["rings.lastFailure"]);

        fails = false;
        await Service.EndOf(service.Queue.Enqueue("rings"));
        Assert.AreEqual(HealthStatus.Healthy, (await Check()).Status);
        time.Advance(TimeSpan.FromDays(3));
        StringAssert.Contains((await Check()).Description, "the model of 'rings', version 2, is 72 hours old");

        waits = true;
        service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        service.Queue.Enqueue("rings");
        entry = await Check();
        StringAssert.Contains(entry.Description, "the queue is full with 1 runs");
        Assert.AreEqual((1, 1), (entry.Data["queueLength"], entry.Data["running"]));

        async Task<HealthReportEntry> Check() => (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["training"];
    }

    [TestMethod]
    public async Task RunsEpochsDurationsAndTheQueueAreMeasured()
    {
        var seen = new ConcurrentQueue<(string Instrument, double Value, string Outcome)>();
        using var gate = new Gate();
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", gate.Prepare, Service.PublishAlways));
        var meters = service.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                // Other tests have meters of the same name.
                if (instrument.Meter.Name == HostingTelemetry.MeterName && instrument.Meter.Scope == meters && instrument.Name.StartsWith("mlnet.training.", StringComparison.Ordinal))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, value, Outcome(tags))));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, value, Outcome(tags))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, value, Outcome(tags))));
        listener.Start();

        var run = service.Queue.Enqueue("rings");
        await gate.Entered("rings");
        var waiting = service.Queue.Enqueue("rings");
        listener.RecordObservableInstruments();
        waiting.Cancel();
        gate.Open();
        await Service.EndOf(run);

        Assert.Contains(("mlnet.training.queue.length", 1, ""), seen);
        Assert.Contains(("mlnet.training.running", 1, ""), seen);
        Assert.Contains(("mlnet.training.runs", 1, "cancelled"), seen);
        Assert.Contains(("mlnet.training.runs", 1, "published"), seen);
        Assert.HasCount(3, seen.Where(one => one.Instrument == "mlnet.training.epochs"));
        Assert.AreEqual("published", seen.Single(one => one.Instrument == "mlnet.training.duration").Outcome);

        static string Outcome(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "mlnet.training.outcome")
                {
                    return (string)tag.Value!;
                }
            }

            return "";
        }
    }

    [TestMethod]
    public async Task ARunIsATraceOfItsParts()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HostingTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways));
        var run = service.Queue.Enqueue("rings");
        await Service.EndOf(run);
        await service.StopAsync();

        var whole = ended.Single(activity => run.Id.Equals(activity.GetTagItem("mlnet.training.run")));
        Assert.AreEqual("mlnet.training.run", whole.OperationName);
        Assert.AreEqual("published", whole.GetTagItem("mlnet.training.outcome"));
        CollectionAssert.AreEqual(
            new[] { "mlnet.training.prepare", "mlnet.training.fit", "mlnet.training.evaluate", "mlnet.training.compare", "mlnet.training.publish" },
            ended.Where(activity => activity.ParentSpanId == whole.SpanId).Select(activity => activity.OperationName).ToArray());
    }

    [TestMethod]
    public async Task WhatMLNetTellsGoesToTheLogInACategoryOfItsOwn()
    {
        await using var service = await Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways));
        var run = service.Queue.Enqueue("rings");
        await Service.EndOf(run);
        var told = service.Log.Lines.Where(entry => entry.Category == "MLNet.GradientTrainers.Hosting.MLContext").ToArray();
        Assert.Contains(entry => entry.Level == LogLevel.Debug && entry.Text.Contains("Trained 3 epochs") && entry.Text.Contains(run.Id), told);
        Assert.Contains(entry => entry.Level == LogLevel.Trace && entry.Text.Contains("Epoch 3: loss"), told);
        foreach (string name in new[] { "TrainingQueued", "TrainingStarted", "TrainingEpoch", "TrainingEvaluated", "TrainingPublished", "ModelPublished" })
        {
            Assert.IsNotEmpty(service.Log.Of(name), name);
        }
    }
}
