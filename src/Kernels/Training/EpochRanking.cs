namespace MLNet.GradientTrainers.Kernels;

/// <summary>Knows the best epoch so far and counts epochs without improvement.</summary>
/// <param name="rule">What counts as better; null for the lower loss.</param>
/// <param name="metric">The metric of the run.</param>
internal sealed class EpochRanking(EarlyStopping? rule, Metric metric) : ICheckpointed
{
    private double _best = double.PositiveInfinity;
    private int _epochsWithout;
    private int _bestEpoch;

    /// <summary>Number of the best epoch; 0 before the first.</summary>
    public int Best => _bestEpoch;

    /// <summary>Whether there was no improvement for as long as the rule allows.</summary>
    public bool ShouldStop => _epochsWithout >= rule?.Patience;

    /// <summary>Takes a finished epoch; true when it is the best so far.</summary>
    public bool Add(in EpochRecord epoch)
    {
        double value = Value(epoch);
        if (value < _best - (rule?.MinDelta ?? 0))
        {
            _best = value;
            _epochsWithout = 0;
            _bestEpoch = epoch.Epoch;
            return true;
        }

        _epochsWithout++;
        return false;
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("ranking");
        state.Value(ref _best);
        state.Value(ref _epochsWithout);
        state.Value(ref _bestEpoch);
    }

    /// <summary>The monitored figure, so that less is better.</summary>
    private double Value(in EpochRecord epoch)
    {
        bool validated = !double.IsNaN(epoch.ValidationLoss);
        if (rule?.Monitor != EarlyStoppingMonitor.Metric)
        {
            return validated ? epoch.ValidationLoss : epoch.TrainingLoss;
        }

        double value = validated ? epoch.ValidationMetric : epoch.TrainingMetric;
        return metric.HigherIsBetter ? -value : value;
    }
}
