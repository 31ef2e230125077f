namespace MLNet.GradientTrainers.Kernels;

/// <summary>The state of <see cref="LinearOptions.Accelerate"/>: the weights that steps have led to, ahead of which the gradients are taken.</summary>
/// <remarks>β = (t − 1)/t′ with t′ = (1 + √(1 + 4·t²))/2, from t = 1: A. Beck, M. Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009.</remarks>
internal sealed class Acceleration(ReadOnlySpan<double> start) : ICheckpointed
{
    /// <summary>Points that are nearer to each other, beside their size, tell rounding errors and no curvature.</summary>
    private const double SmallestMove = 1e-7;

    private readonly double[] _weights = [.. start];
    private readonly double[] _lastPoint = [.. start];
    private readonly double[] _lastGradient = new double[start.Length];
    private double _limit = double.PositiveInfinity;
    private double _t = 1;
    private bool _hasGradient;

    /// <summary>What the last step has led to.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The rate for a step from a point: no more than ‖Δpoint‖/‖Δgradient‖ since the last one, nor than ever before.</summary>
    public double Limit(double rate, ReadOnlySpan<double> gradient, ReadOnlySpan<double> point)
    {
        if (_hasGradient)
        {
            double size = 0;
            double moved = 0;
            double turned = 0;
            for (int j = 0; j < point.Length; j++)
            {
                size += point[j] * point[j];
                moved += Square(point[j] - _lastPoint[j]);
                turned += Square(gradient[j] - _lastGradient[j]);
            }

            if (moved > SmallestMove * SmallestMove * size && turned > 0)
            {
                _limit = Math.Min(_limit, Math.Sqrt(moved / turned));
            }
        }

        _hasGradient = true;
        point.CopyTo(_lastPoint);
        gradient.CopyTo(_lastGradient);
        return Math.Min(rate, _limit);
    }

    /// <summary>Takes the weights after a step; leaves the point of the next gradient.</summary>
    /// <param name="gradient">What the step was made of.</param>
    /// <param name="parameters">The new weights, replaced by the point ahead of them.</param>
    public void Extrapolate(ReadOnlySpan<double> gradient, Span<double> parameters)
    {
        double along = 0;
        for (int j = 0; j < parameters.Length; j++)
        {
            along += gradient[j] * (parameters[j] - _weights[j]);
        }

        double last = along > 0 ? 1 : _t;
        _t = (1 + Math.Sqrt(1 + (4 * last * last))) / 2;
        double momentum = (last - 1) / _t;
        for (int j = 0; j < parameters.Length; j++)
        {
            double weight = parameters[j];
            parameters[j] = weight + (momentum * (weight - _weights[j]));
            _weights[j] = weight;
        }
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("acceleration");
        state.Values<double>(_weights);
        state.Values<double>(_lastPoint);
        state.Values<double>(_lastGradient);
        state.Value(ref _limit);
        state.Value(ref _t);
        state.Value(ref _hasGradient);
    }

    private static double Square(double value) => value * value;
}
