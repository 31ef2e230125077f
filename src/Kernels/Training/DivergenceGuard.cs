namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Tells a loss that keeps growing from noise. All losses here are per unit of row weight, so that the size of a batch does not matter, and they are held
/// against the starting level: the first batch's loss or, where it is larger, that of an output of zeros. The latter gives the scale of the targets, so
/// that a run that begins at a tiny loss is not taken for diverging when it leaves it. The rules:
/// <list type="bullet">
/// <item>within epochs: each of the last <see cref="Streak"/> batches lies above <see cref="Factor"/> times the starting level (one wild batch alone proves nothing);</item>
/// <item>at the end: the last batches, half of all or more, do: a run may be too short for eight;</item>
/// <item>over epochs: the loss has grown in at least <see cref="GrowingEpochs"/> successive epochs of together at least <see cref="GrowingBatches"/> batches,
/// and is above the starting level and above twice the best epoch's (momentum and Adam overshoot for a while, but not beyond where they started).</item>
/// </list>
/// </summary>
internal sealed class DivergenceGuard
{
    public const int Streak = 8;
    public const double Factor = 1000;
    public const int GrowingEpochs = 3;
    public const int GrowingBatches = 10;

    private double _startingLevel;
    private bool _started;
    private int _streak;
    private long _batches;
    private double _lastEpoch = double.PositiveInfinity;
    private double _bestEpoch = double.PositiveInfinity;
    private int _growingEpochs;
    private long _growingBatches;

    /// <param name="zeroOutputLoss">The loss of an output of zeros; 0 if unknown.</param>
    public DivergenceGuard(double zeroOutputLoss) => _startingLevel = double.IsFinite(zeroOutputLoss) ? zeroOutputLoss : 0;

    /// <summary>Whether a run that ends here ends with batches far above where it started.</summary>
    public bool EndsHigh => _streak > 0 && 2L * _streak >= _batches;

    /// <summary>Takes a batch's loss, finite; true when the run diverges.</summary>
    public bool Batch(double loss)
    {
        _batches++;
        if (!_started)
        {
            _startingLevel = Math.Max(_startingLevel, loss);
            _started = _startingLevel > 0;
        }

        _streak = loss > Factor * _startingLevel ? _streak + 1 : 0;
        return _streak >= Streak;
    }

    /// <summary>Takes an epoch's loss, finite; true when the run diverges.</summary>
    public bool Epoch(double loss, int batches)
    {
        bool grew = loss > _lastEpoch;
        _growingEpochs = grew ? _growingEpochs + 1 : 0;
        _growingBatches = grew ? _growingBatches + batches : 0;
        _lastEpoch = loss;
        _bestEpoch = Math.Min(_bestEpoch, loss);
        return _growingEpochs >= GrowingEpochs && _growingBatches >= GrowingBatches && loss > _startingLevel && loss > 2 * _bestEpoch;
    }
}
