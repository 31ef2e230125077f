using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>What OpenTelemetry, or any other listener, hears.</summary>
[TestClass]
public sealed class MetricsTests
{
    [TestMethod]
    public async Task PredictionsBatchesAndReloadsAreCounted()
    {
        using var folder = new TemporaryFolder();
        string file = Blobs.Save(Blobs.First, folder["model.zip"]);
        using var served = new Served(builder => builder.FromFile(file).WithBatching());
        using var heard = new Heard(served.Services);
        var model = served.Model;
        model.Predict(Blobs.Rows[0]);
        model.Predict(Blobs.Rows[..7]);
        Assert.Throws<Exception>(() => model.Predict(new Blob { Features = [1] }));
        Assert.Throws<Exception>(() => model.Predict([Blobs.Rows[0], new Blob { Features = [1] }]));
        Assert.AreEqual(9, heard.Sum("mlnet.model.predictions", error: null));
        Assert.AreEqual(2, heard.Sum("mlnet.model.predictions", error: typeof(InvalidOperationException).FullName));
        Assert.AreEqual(4, heard.Count("mlnet.model.prediction.duration"));

        await served.Services.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>().PredictAsync(Blobs.Rows[0]);
        Assert.AreEqual(1, heard.Sum("mlnet.model.batch.size", error: null));
        Assert.AreEqual(1, heard.Count("mlnet.model.batch.queue.duration"));

        Assert.AreEqual(1, heard.Sum("mlnet.model.reloads", error: null));
        System.IO.File.WriteAllText(file, "no model");
        await model.ReloadAsync();
        await model.ReloadAsync();
        System.IO.File.Delete(file);
        await model.ReloadAsync();
        Assert.AreEqual(1, heard.Sum("mlnet.model.reloads", "refused"));
        Assert.AreEqual(1, heard.Sum("mlnet.model.reloads", "missing"));

        heard.Observe();
        Assert.AreEqual(0, heard.Last("mlnet.model.batch.queue.length"));
        Assert.IsGreaterThanOrEqualTo(1, heard.Last("mlnet.model.engines"));
        Assert.IsGreaterThanOrEqualTo(0, heard.Last("mlnet.model.age"));
        Assert.IsTrue(heard.All.All(measurement => (string?)measurement.Tags.GetValueOrDefault("mlnet.model.name") == "blobs"));
    }

    [TestMethod]
    public void TheTableOfThePageHasEveryInstrument()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First)).Loaded();
        using var heard = new Heard(served.Services);
        string page = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "docs", "hosting.md"));
        Assert.IsGreaterThan(8, heard.Instruments.Count);
        foreach (var instrument in heard.Instruments)
        {
            Assert.Contains($"| `{instrument.Name}` | {instrument.Unit} |", page, instrument.Name);
        }
    }

    [TestMethod]
    public async Task ReloadsAndBatchesAreTraced()
    {
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HostingTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (activities)
                {
                    activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        string name = "traced-" + Guid.NewGuid();
        var services = new ServiceCollection();
        services.AddGradientModel<Blob, BlobPrediction>(name).FromModel(Blobs.First, "oak").UseContext(Blobs.Context).WithBatching();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>().PredictAsync(Blobs.Rows[0]);
        Wait.Until(() => Mine().Length == 2, "both have ended");
        var (reload, batch) = (Mine()[0], Mine()[1]);
        Assert.AreEqual("mlnet.model.reload", reload.OperationName);
        Assert.AreEqual("loaded", reload.GetTagItem("mlnet.model.reload.outcome"));
        Assert.AreEqual("oak", reload.GetTagItem("mlnet.model.version"));
        Assert.AreEqual("mlnet.model.batch", batch.OperationName);
        Assert.AreEqual(1, batch.GetTagItem("mlnet.model.batch.size"));
        Assert.AreEqual("oak", batch.GetTagItem("mlnet.model.version"));

        Activity[] Mine()
        {
            lock (activities)
            {
                return [.. activities.Where(activity => (string?)activity.GetTagItem("mlnet.model.name") == name)];
            }
        }
    }

    /// <summary>Measurements of one service's meter.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, double Value, Dictionary<string, object?> Tags)> _all = [];

        public Heard(IServiceProvider services)
        {
            object scope = services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == HostingTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Name.StartsWith("mlnet.model.", StringComparison.Ordinal))
                {
                    Instruments.Add(instrument);
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public List<Instrument> Instruments { get; } = [];

        public (string Name, double Value, Dictionary<string, object?> Tags)[] All
        {
            get
            {
                lock (_all)
                {
                    return [.. _all];
                }
            }
        }

        public void Observe() => _listener.RecordObservableInstruments();

        public double Sum(string name, string? error) => All.Where(m => m.Name == name && (string?)m.Tags.GetValueOrDefault("error.type") == error).Sum(m => m.Value);

        public int Count(string name) => All.Count(m => m.Name == name);

        public double Last(string name) => All.Last(m => m.Name == name).Value;

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (_all)
            {
                _all.Add((instrument.Name, value, tags.ToArray().ToDictionary()));
            }
        }
    }
}
