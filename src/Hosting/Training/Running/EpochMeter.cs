using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Turns the epochs of a run into events, and estimates the time that is left.</summary>
internal sealed class EpochMeter(TrainingRun run, TrainingEvents events)
{
    private int _epochs;
    private double _seconds;
    private int _last;

    public void Tell(EpochRecord epoch, int? numberOfEpochs)
    {
        if (epoch.Epoch <= _last)
        {
            // Another trainer of the pipeline.
            (_epochs, _seconds) = (0, 0);
        }

        _last = epoch.Epoch;
        _epochs++;
        _seconds += epoch.Seconds;
        double? remaining = numberOfEpochs is { } all ? Known(Math.Max(0, all - epoch.Epoch) * _seconds / _epochs) : null;
        run.Progress(new EpochProgress(epoch, numberOfEpochs, remaining is < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : null));
        events.Tell(run, new TrainingEpoch(
            epoch.Epoch, numberOfEpochs, Known(epoch.TrainingLoss), Known(epoch.TrainingMetric), Known(epoch.ValidationLoss), Known(epoch.ValidationMetric), Known(epoch.LearningRate), Known(epoch.Seconds), remaining));
    }

    private static double? Known(double value) => double.IsFinite(value) ? value : null;
}
