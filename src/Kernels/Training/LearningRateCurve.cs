using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One update of a learning rate range test.</summary>
/// <param name="LearningRate">Its rate.</param>
/// <param name="Loss">The loss of its rows before it; with <see cref="Reduction.Sum"/> for each row.</param>
/// <param name="SmoothedLoss">The mean over it and the updates before it; see <see cref="LearningRateFinder.Smoothing"/>.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);

/// <summary>What <see cref="LearningRateFinder"/> found.</summary>
/// <param name="Points">The updates, in order of growing rates; it ends where the loss rose too far.</param>
/// <param name="Suggestion">
/// A tenth of the rate at which the smoothed loss is lowest: there the loss falls fast, and breaks only at rates well above. Null when the loss never fell, so that no rate of the
/// range is usable.
/// </param>
public sealed record LearningRateCurve(IReadOnlyList<LearningRatePoint> Points, double? Suggestion)
{
    /// <summary>For example <c>suggests 0.0123, a tenth of the rate at which the loss was lowest, of 62 points from 1E-07 to 0.9</c>.</summary>
    public override string ToString() => Suggestion is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"suggests {rate:G3}, a tenth of the rate at which the loss was lowest{Range}")
        : $"suggests no rate, as the loss never fell{Range}";

    private string Range => Points.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", of {Points.Count:N0} points from {Points[0].LearningRate:G3} to {Points[^1].LearningRate:G3}");
}

/// <summary>The points of a test while it runs.</summary>
/// <param name="finder">Its settings.</param>
/// <param name="options">The run that a rate is sought for.</param>
/// <param name="epoch">The batches of an epoch.</param>
internal sealed class LearningRateTest(LearningRateFinder finder, TrainingOptions options, EpochBatches epoch)
{
    private readonly List<LearningRatePoint> _points = [];
    private double _sum;
    private double _weight;
    private double _mean;
    private int _lowest;

    /// <summary>Whether there is a point.</summary>
    public bool HasBegun => _points.Count > 0;

    /// <summary>Takes a batch; false when the test is over.</summary>
    public bool Add(in BatchProgress batch)
    {
        double count = epoch.RowsOf(batch.Batch - 1);
        _sum += options.Loss.Reduction == Reduction.Sum ? batch.Loss : batch.Loss * count;
        _weight += count;
        if (batch.Batch % options.AccumulationSteps != 0 && batch.Batch != batch.Batches)
        {
            return true;
        }

        double loss = _sum / _weight;
        (_sum, _weight) = (0, 0);
        _mean = (finder.Smoothing * _mean) + ((1 - finder.Smoothing) * loss);
        double smoothed = _mean / (1 - Math.Pow(finder.Smoothing, _points.Count + 1));
        _points.Add(new LearningRatePoint(batch.LearningRate, loss, smoothed));
        if (smoothed < _points[_lowest].SmoothedLoss)
        {
            _lowest = _points.Count - 1;
        }

        double lowest = _points[_lowest].SmoothedLoss;
        return _points.Count < finder.Updates && smoothed <= lowest + ((finder.StopFactor - 1) * Math.Abs(lowest));
    }

    public LearningRateCurve Curve() => new(_points.AsReadOnly(), _lowest > 0 ? _points[_lowest].LearningRate / 10 : null);
}
