namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Tells a loss that runs away from one that only has a peak. All losses here are per unit of row weight, so that the size of a batch does not matter, and they are held
/// against the starting level: the first batch's loss or, where it is larger, that of an output of zeros. The latter gives the scale of the targets, so
/// that a run that begins at a tiny loss is not taken for diverging when it leaves it. The rules:
/// <list type="bullet">
/// <item>each of the last <see cref="Streak"/> batches (or twice as many, four times, …), or each of the last four epochs, lies above <see cref="Factor"/> times the starting level, and the later half of them lies above
/// the earlier half;</item>
/// <item>at the end: the last batches, half of all or more, lie above it: a run may be too short for eight.</item>
/// </list>
/// </summary>
/// <remarks>
/// A peak is no divergence. At the edge of the rates that are stable a network's loss climbs again and again, by a factor from update to update like a loss that diverges, until the
/// weights reach a flatter place: mostly to a few times the starting level, in wide networks to a thousand times and more. The first steps of Adam and its like may take it to a million
/// times. Both come down by themselves, and early. A. Lewkowycz et al., "The large learning rate phase of deep learning: the catapult mechanism", 2020; J. Cohen et al., "Gradient descent on
/// neural networks typically occurs at the edge of stability", 2021.
/// </remarks>
internal sealed class DivergenceGuard : ICheckpointed
{
    public const int Streak = 8;
    public const double Factor = 1000;
    private const int FewestEpochs = 4;

    private readonly int _firstJudgement;
    private double _startingLevel;
    private bool _started;
    private int _streak;
    private long _count;
    private int _judgement;
    private double _earlier;
    private double _later;

    /// <param name="startingLevel">The loss of an output of zeros, or the starting level itself where it is known; 0 if unknown.</param>
    /// <param name="batches">Batches of a loss: 1, or those of an epoch. Then the first loss, taken while the weights changed, does not tell the starting level.</param>
    public DivergenceGuard(double startingLevel, int batches = 1)
    {
        _startingLevel = double.IsFinite(startingLevel) ? startingLevel : 0;
        _started = batches > 1 && _startingLevel > 0;
        _judgement = _firstJudgement = Math.Max(FewestEpochs, Streak / batches);
    }

    /// <summary>Whether a run that ends here ends with batches far above where it started.</summary>
    public bool EndsHigh => _streak > 0 && 2L * _streak >= _count;

    /// <summary>Takes the next loss, finite; true when the run diverges.</summary>
    public bool Add(double loss)
    {
        _count++;
        if (!_started)
        {
            _startingLevel = Math.Max(_startingLevel, loss);
            _started = _startingLevel > 0;
        }

        if (!(loss > Factor * _startingLevel))
        {
            (_streak, _judgement, _earlier, _later) = (0, _firstJudgement, 0, 0);
            return false;
        }

        _streak++;
        if (2 * _streak <= _judgement)
        {
            _earlier += loss;
            return false;
        }

        _later += loss;
        if (_streak < _judgement)
        {
            return false;
        }

        bool rises = _later > _earlier;
        (_judgement, _earlier, _later) = (2 * _judgement, _earlier + _later, 0);
        return rises;
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("guard");
        state.Value(ref _startingLevel);
        state.Value(ref _started);
        state.Value(ref _streak);
        state.Value(ref _count);
        state.Value(ref _judgement);
        state.Value(ref _earlier);
        state.Value(ref _later);
    }
}
