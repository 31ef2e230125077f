using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What the training tells <c>System.Diagnostics.Metrics</c> and <see cref="ActivitySource"/>.</summary>
internal sealed class TrainingMetrics
{
    public const string Name = "MLNet.GradientTrainers.Hosting";

    /// <summary>Of runs and their parts.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter;
    private readonly Counter<long> _runs;
    private readonly Counter<long> _epochs;
    private readonly Histogram<double> _duration;

    /// <param name="meters">Makes the meter; hosts have one.</param>
    public TrainingMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _runs = _meter.CreateCounter<long>("gradient.training.runs", "{run}", "Training runs that are over, by job and outcome: published, rejected, failed, cancelled or interrupted.");
        _epochs = _meter.CreateCounter<long>("gradient.training.epochs", "{epoch}", "Epochs that were trained, by job.");
        _duration = _meter.CreateHistogram<double>("gradient.training.duration", "s", "Time from the start of a run to its end, by job and outcome.");
    }

    public void Observe(TrainingQueue queue)
    {
        _meter.CreateObservableGauge("gradient.training.queue.length", () => queue.Counts.Waiting, "{run}", "Runs that wait.");
        _meter.CreateObservableGauge("gradient.training.running", () => queue.Counts.Running, "{run}", "Runs at work.");
    }

    public void Count(TrainingEvent told, TrainingRun run)
    {
        var job = KeyValuePair.Create<string, object?>("job", run.Job);
        if (told is TrainingEpoch)
        {
            _epochs.Add(1, job);
        }
        else if (run.Result is { } result)
        {
            var outcome = KeyValuePair.Create<string, object?>("outcome", result.Status.ToString().ToLowerInvariant());
            _runs.Add(1, job, outcome);
            if (run.StartedAt is { } start)
            {
                _duration.Record(Math.Max(0, (run.FinishedAt!.Value - start).TotalSeconds), job, outcome);
            }
        }
    }
}
