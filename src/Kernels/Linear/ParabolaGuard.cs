namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Notices early that plain full-batch descent at a constant rate diverges on the squared error. Its loss is a paraboloid of the weights: along each axis the distance to the bottom
/// changes by one factor a step, so that a loss that grows, grows for good. With other steps, losses or schedules growth proves nothing: a momentum overshoots, and a rate that falls may
/// still catch a loss that grew.
/// </summary>
/// <param name="startingLevel">The loss that the run started from, or that of weights of zero where it is larger.</param>
internal sealed class ParabolaGuard(double startingLevel) : ICheckpointed
{
    private const int GrowingEpochs = 3;

    private double _last = double.PositiveInfinity;
    private double _best = double.PositiveInfinity;
    private int _growing;

    /// <summary>Takes an epoch's loss; true when the run diverges: it has grown three times on end, to above the starting level and twice the best.</summary>
    public bool Add(double loss)
    {
        _growing = loss > _last ? _growing + 1 : 0;
        _last = loss;
        _best = Math.Min(_best, loss);
        return _growing >= GrowingEpochs && loss > startingLevel && loss > 2 * _best;
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("parabola");
        state.Value(ref _last);
        state.Value(ref _best);
        state.Value(ref _growing);
    }
}
