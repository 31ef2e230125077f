using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Metrics of serving. Where nobody listens, a prediction costs two comparisons more.</summary>
internal sealed class ModelMetrics
{
    private const string Model = HostingActivities.Model;
    private const string ErrorType = "error.type";

    private readonly Counter<long> _predictions;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _reloads;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _queueDuration;
    private readonly Counter<long> _rejected;
    private readonly ConcurrentDictionary<IGradientModel, Func<int>> _engines = new();
    private readonly ConcurrentDictionary<object, (string Model, Func<int> Length)> _queues = new();

    /// <param name="meters">Makes the meter; null where the program has none (a host has).</param>
    public ModelMetrics(IMeterFactory? meters)
    {
        var meter = meters?.Create(HostingTelemetry.MeterName) ?? new Meter(HostingTelemetry.MeterName);
        _predictions = meter.CreateCounter<long>("mlnet.model.predictions", "{prediction}", "Rows that were predicted, or failed.");
        _duration = meter.CreateHistogram<double>(
            "mlnet.model.prediction.duration", "s", "Duration of a call of the model, for one row or several.", advice: new() { HistogramBucketBoundaries = [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 1] });
        _batchSize = meter.CreateHistogram<int>("mlnet.model.batch.size", "{row}", "Rows that were scored together.", advice: new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });
        _queueDuration = meter.CreateHistogram<double>(
            "mlnet.model.batch.queue.duration", "s", "How long a request waited until its batch was computed.", advice: new() { HistogramBucketBoundaries = [1e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 1] });
        _rejected = meter.CreateCounter<long>("mlnet.model.batch.rejected", "{request}", "Requests that found the queue full and were refused.");
        _reloads = meter.CreateCounter<long>("mlnet.model.reloads", "{reload}", "New models that were taken or refused.");
        meter.CreateObservableUpDownCounter(
            "mlnet.model.batch.queue.length", () => _queues.Values.Select(queue => new Measurement<int>(queue.Length(), Tag(Model, queue.Model))), "{request}", "Requests that wait for their batch.");
        meter.CreateObservableUpDownCounter(
            "mlnet.model.engines", () => _engines.Select(model => new Measurement<int>(model.Value(), Tag(Model, model.Key.Name))), "{engine}", "Engines of the model that answers.");
        meter.CreateObservableGauge(
            "mlnet.model.age", () => _engines.Keys.Where(model => model.Status.LoadedAt is not null).Select(Age), "s", "Time since the model that answers was loaded.");
    }

    /// <summary>Where the clock stands; 0 where nobody asks.</summary>
    public long Begin() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public void Predicted(string model, long began, int rows)
    {
        if (_predictions.Enabled)
        {
            _predictions.Add(rows, Tag(Model, model));
        }

        if (began != 0)
        {
            _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Tag(Model, model));
        }
    }

    public void Predicted(string model, long began, ReadOnlySpan<Exception?> failures)
    {
        if (!_predictions.Enabled && began == 0)
        {
            return;
        }

        int failed = 0;
        foreach (var failure in failures)
        {
            if (failure is not null)
            {
                failed++;
                _predictions.Add(1, Tag(Model, model), Tag(ErrorType, failure.GetType().FullName));
            }
        }

        Predicted(model, began, failures.Length - failed);
    }

    public void Failed(string model, long began, Exception exception)
    {
        var error = Tag(ErrorType, exception.GetType().FullName);
        _predictions.Add(1, Tag(Model, model), error);
        if (began != 0)
        {
            _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Tag(Model, model), error);
        }
    }

    public void Reloaded(string model) => _reloads.Add(1, Tag(Model, model));

    public void Refused(string model, bool isMissing) => _reloads.Add(1, Tag(Model, model), Tag(ErrorType, isMissing ? "missing" : "refused"));

    /// <summary>Where the clock stands for a request that waits; 0 where nobody asks.</summary>
    public long BeginQueue() => _queueDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public void Dequeued(string model, long began)
    {
        if (began != 0)
        {
            _queueDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Tag(Model, model));
        }
    }

    public void Batch(string model, int rows)
    {
        if (_batchSize.Enabled)
        {
            _batchSize.Record(rows, Tag(Model, model));
        }
    }

    public void Rejected(string model) => _rejected.Add(1, Tag(Model, model));

    public void Add(IGradientModel model, Func<int> engines) => _engines[model] = engines;

    public void Remove(IGradientModel model) => _engines.TryRemove(model, out _);

    public void AddQueue(object owner, string model, Func<int> length) => _queues[owner] = (model, length);

    public void RemoveQueue(object owner) => _queues.TryRemove(owner, out _);

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    private static Measurement<double> Age(IGradientModel model) => new((DateTimeOffset.UtcNow - model.Status.LoadedAt!.Value).TotalSeconds, Tag(Model, model.Name));
}
