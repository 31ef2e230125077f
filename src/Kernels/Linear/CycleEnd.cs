namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Looks whether a run whose length was left open has converged: after each epoch whether anything is left of the loss; and at the end of each cycle of a falling rate, where the steps have come
/// to rest, at the loss over all rows and its gradient.
/// </summary>
/// <param name="options">The run's options.</param>
/// <param name="constantLoss">The loss of the best constant.</param>
internal sealed class CycleEnd(LinearOptions options, double constantLoss) : ICheckpointed
{
    /// <summary>How far above its minimum the loss may be at a cycle's end, or how much a cycle may gain, in parts of it.</summary>
    private const double Share = 1e-3;

    /// <summary>So much of the best constant's loss is as good as none: R² is 1 up to this, and features in single precision tell no more.</summary>
    private const double Vanished = 1e-12;

    private long _cycle;
    private long _end = long.MaxValue;
    private double _last = double.PositiveInfinity;

    /// <summary>Epochs of the first cycle, after which each is twice as long; 0 for none.</summary>
    public int FirstCycle
    {
        init => (_cycle, _end) = (value, value > 0 ? value : long.MaxValue);
    }

    /// <summary>
    /// Whether the loss is a squared error of whitened features alone: then it is ‖gradient‖²/4 above its minimum, whichever the features are. Otherwise the last cycle must have gained little.
    /// </summary>
    public bool IsWhite { get; init; }

    /// <summary>Whether the run has converged.</summary>
    /// <param name="epoch">The finished epoch.</param>
    /// <param name="all">A pass over the training rows.</param>
    /// <param name="parameters">Where the run stands.</param>
    /// <param name="gradient">Room for a gradient.</param>
    public bool IsConverged(in EpochRecord epoch, FullPass all, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        if (epoch.TrainingLoss <= Vanished * constantLoss)
        {
            return true;
        }

        if (epoch.Epoch < _end)
        {
            return false;
        }

        _cycle *= 2;
        _end += _cycle;
        LinearSums sums = all.Gradient(parameters, gradient);
        double loss = sums.Loss;
        double last = _last;
        _last = loss;
        return IsWhite ? Excess(gradient, sums.Weight) <= Share * loss : last - loss <= Share * loss;
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("cycles");
        state.Value(ref _cycle);
        state.Value(ref _end);
        state.Value(ref _last);
    }

    /// <summary>How far the sum of the losses is above its minimum.</summary>
    private double Excess(Span<double> gradient, double weight)
    {
        if (!options.FitIntercept)
        {
            gradient[^1] = 0;
        }

        return Wide.Dot(gradient, gradient) / (4 * weight);
    }
}
