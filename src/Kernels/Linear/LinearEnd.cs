namespace MLNet.GradientTrainers.Kernels;

/// <summary>Decides when a linear run ends, and with which weights.</summary>
internal sealed class LinearEnd(LinearOptions options, LinearSteps steps) : ICheckpointed
{
    private readonly EpochRanking _ranking = new(options.EarlyStopping, new RootMeanSquaredError());
    private readonly bool _keepBest = options.KeepsBest;
    private readonly double _tolerance = options.Tolerance ?? 0;

    private double[]? _best;
    private bool _smallGradient;
    private double _lastLoss = double.NaN;
    private int _quietEpochs;

    /// <summary>Number of the best epoch; 0 before the first.</summary>
    public int BestEpoch => _ranking.Best;

    /// <summary>Whether the completed gradient is within the tolerance; the run then ends after this epoch.</summary>
    public bool HasSmallGradient() => _smallGradient = options.GradientTolerance > 0 && steps.LargestGradient() <= options.GradientTolerance;

    /// <summary>Takes a finished epoch; gives the reason when it is the last.</summary>
    public StopReason? Add(in EpochRecord record)
    {
        if (_ranking.Add(record) && _keepBest)
        {
            _best ??= new double[steps.Result.Length];
            steps.Result.CopyTo(_best);
        }

        bool quiet = Math.Abs(_lastLoss - record.TrainingLoss) <= _tolerance * _lastLoss;
        _quietEpochs = quiet ? _quietEpochs + 1 : 0;
        _lastLoss = record.TrainingLoss;
        int enough = steps.IsAccelerated ? Math.Max(LinearOptions.ToleranceEpochs, record.Epoch / 10) : LinearOptions.ToleranceEpochs;
        if (_smallGradient || (_tolerance > 0 && _quietEpochs >= enough))
        {
            return StopReason.Converged;
        }

        return _ranking.ShouldStop ? StopReason.EarlyStopping : null;
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("end");
        _ranking.Exchange(state);
        state.Value(ref _smallGradient);
        state.Value(ref _lastLoss);
        state.Value(ref _quietEpochs);
        bool hasBest = _best is not null;
        state.Value(ref hasBest);
        if (hasBest)
        {
            double[] best = _best ?? new double[steps.Result.Length];
            state.Values<double>(best);
            _best = _keepBest ? best : null;
        }
    }

    /// <summary>The model to end with.</summary>
    public LinearModel Model(bool cancelled, out bool restored)
    {
        restored = _best is not null && options.WantsBest(cancelled);
        return restored ? new LinearModel(_best.AsSpan(0, _best!.Length - 1), _best[^1]) : steps.ToModel();
    }
}
