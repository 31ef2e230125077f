using System.Diagnostics.Metrics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Metrics of training.</summary>
internal sealed class TrainingMetrics
{
    public const string JobTag = "mlnet.training.job";
    public const string OutcomeTag = "mlnet.training.outcome";
    public const string RunTag = "mlnet.training.run";

    private readonly Meter _meter;
    private readonly Counter<long> _runs;
    private readonly Counter<long> _epochs;
    private readonly Histogram<double> _duration;

    /// <param name="meters">Makes the meter; hosts have one.</param>
    public TrainingMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(HostingTelemetry.MeterName) ?? new Meter(HostingTelemetry.MeterName);
        _runs = _meter.CreateCounter<long>("mlnet.training.runs", "{run}", "Training runs that are over, by job and outcome: published, rejected, failed, cancelled or interrupted.");
        _epochs = _meter.CreateCounter<long>("mlnet.training.epochs", "{epoch}", "Epochs that were trained, by job.");
        _duration = _meter.CreateHistogram<double>(
            "mlnet.training.duration", "s", "Time from the start of a run to its end, by job and outcome.", advice: new() { HistogramBucketBoundaries = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600] });
    }

    public void Observe(TrainingQueue queue)
    {
        _meter.CreateObservableUpDownCounter("mlnet.training.queue.length", () => queue.Counts.Waiting, "{run}", "Runs that wait.");
        _meter.CreateObservableUpDownCounter("mlnet.training.running", () => queue.Counts.Running, "{run}", "Runs at work.");
    }

    public void Count(TrainingEvent told, TrainingRun run)
    {
        var job = KeyValuePair.Create<string, object?>(JobTag, run.Job);
        if (told is TrainingEpoch)
        {
            _epochs.Add(1, job);
        }
        else if (run.Result is { } result)
        {
            var outcome = KeyValuePair.Create<string, object?>(OutcomeTag, result.Status.ToString().ToLowerInvariant());
            _runs.Add(1, job, outcome);
            if (run.StartedAt is { } start)
            {
                _duration.Record(Math.Max(0, (run.FinishedAt!.Value - start).TotalSeconds), job, outcome);
            }
        }
    }
}
