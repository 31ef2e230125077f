namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The parameters of a run and their updates: schedule, clipping, penalties, the optimizer and the mean of the weights. Parameters are the weights and,
/// behind them, the bias.
/// </summary>
internal sealed class LinearSteps : ICheckpointed
{
    private readonly LinearOptions _options;
    private readonly Optimizer _optimizer;
    private readonly ReferenceBackend<double> _backend = new();
    private readonly Tensor<double> _parameters;
    private readonly Tensor<double> _gradient;
    private readonly Tensor<double> _state0;
    private readonly Tensor<double> _state1;
    private readonly Tensor<double> _state2;
    private readonly double[]? _mean;
    private readonly double _l2;
    private readonly double _decay;
    private readonly int _width;
    private readonly ScheduleRun _schedule;
    private readonly Acceleration? _acceleration;
    private long _averaged;
    private long _count;
    private double _learningRate;

    public LinearSteps(LinearOptions options, LinearModel start, int stepsPerEpoch)
    {
        _options = options;
        _width = start.Weights.Length;
        _schedule = new ScheduleRun(options.Schedule, options.InitialLearningRate, options.Epochs, stepsPerEpoch);

        // Weight decay spares the bias, as the penalties do, so that it is taken from the optimizer.
        _optimizer = options.UpdateRule with { WeightDecay = 0 };
        _l2 = Penalty(options);
        _decay = options.UpdateRule.DecouplesWeightDecay ? options.UpdateRule.WeightDecay : 0;
        _learningRate = options.InitialLearningRate;
        _parameters = _backend.Allocate(_width + 1);
        _gradient = _backend.Allocate(_width + 1);
        int states = options.UpdateRule.StateCount;
        _state0 = states > 0 ? _backend.Allocate(_width + 1) : default;
        _state1 = states > 1 ? _backend.Allocate(_width + 1) : default;
        _state2 = states > 2 ? _backend.Allocate(_width + 1) : default;
        _mean = options.AverageFromEpoch is null ? null : new double[_width + 1];
        start.Weights.CopyTo(Parameters);
        Parameters[_width] = start.Bias;
        IsPlain = options.UpdateRule is Sgd { Momentum: 0 };
        _acceleration = options.Accelerate && stepsPerEpoch == 1 ? new Acceleration(Parameters) : null;
    }

    /// <summary>Whether an update is w − rate · g: no momentum, no state.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether an update is only that and <see cref="Penalties"/>: no clipping, no mean.</summary>
    public bool IsBare => IsPlain && _acceleration is null && _decay == 0 && _mean is null && _options.ClipNorm is null && _options.ClipValue is null;

    /// <summary>Whether gradients are taken ahead of the weights.</summary>
    public bool IsAccelerated => _acceleration is not null;

    /// <summary>What shrinks the weights through their gradient.</summary>
    public RowPenalties Penalties => new(_l2, _options.L1Regularization);

    /// <summary>Weights and bias that the next gradient is taken at.</summary>
    public Span<double> Parameters => ReferenceBackend<double>.Span(_parameters);

    /// <summary>Where the gradient is put before <see cref="Step"/>.</summary>
    public Span<double> Gradient => ReferenceBackend<double>.Span(_gradient);

    /// <summary>What the run has found so far: the mean of the weights when that is wanted and has begun, else the weights.</summary>
    public ReadOnlySpan<double> Result => _averaged > 0 ? _mean : _acceleration is not null ? _acceleration.Weights : Parameters;

    /// <summary>Updates done.</summary>
    public long Count => _count;

    /// <summary>The rate of the last update; before the first, the optimizer's own.</summary>
    public double LearningRate => _learningRate;

    /// <summary>Whether every number is one.</summary>
    public bool AreFinite
    {
        get
        {
            double sum = 0;
            foreach (double parameter in Result)
            {
                sum += parameter - parameter;
            }

            return sum == 0;
        }
    }

    /// <summary>The result as a model.</summary>
    public LinearModel ToModel() => new(Result[.._width], Result[_width]);

    /// <summary>Counts the next update and gives its rate.</summary>
    public double NextRate(int epoch) => _learningRate = _schedule.Rate(++_count, epoch);

    /// <summary>Counts the next updates and gives their rates.</summary>
    public void NextRates(int epoch, Span<double> rates)
    {
        if (_options.Schedule is ConstantRate)
        {
            rates.Fill(LearningRate);
            _count += rates.Length;
            return;
        }

        foreach (ref double rate in rates)
        {
            rate = NextRate(epoch);
        }
    }

    /// <summary>Takes a finished epoch, for schedules that look at its loss.</summary>
    public void EndEpoch(in EpochRecord epoch) => _schedule.EndEpoch(epoch);

    /// <summary>Completes the gradient of a sum of losses: factor, clipping, penalties.</summary>
    public void CompleteGradient(double factor)
    {
        Span<double> gradient = Gradient;
        if (!_options.FitIntercept)
        {
            gradient[_width] = 0;
        }

        if (_options.ClipNorm is { } longest)
        {
            double norm = factor * Norm(gradient);
            factor *= norm > longest ? longest / norm : 1;
        }

        Wide.Scale(gradient, factor);
        if (_options.ClipValue is { } largest)
        {
            foreach (ref double element in gradient)
            {
                element = Math.Min(Math.Max(element, -largest), largest);
            }
        }

        Span<double> weights = Parameters[.._width];
        if (_l2 > 0)
        {
            Wide.AddScaled(_l2, weights, gradient);
        }

        if (_options.L1Regularization > 0)
        {
            for (int j = 0; j < weights.Length; j++)
            {
                gradient[j] += weights[j] > 0 ? _options.L1Regularization : weights[j] < 0 ? -_options.L1Regularization : 0;
            }
        }
    }

    /// <summary>The magnitude of the gradient's largest element; NaN when one is NaN.</summary>
    public double LargestGradient()
    {
        double largest = 0;
        foreach (double element in Gradient)
        {
            largest = Math.Max(largest, Math.Abs(element));
        }

        return largest;
    }

    /// <summary>Updates the parameters from the completed gradient.</summary>
    public void Step(int epoch)
    {
        double rate = NextRate(epoch);
        if (_acceleration is not null)
        {
            rate = _learningRate = _acceleration.Limit(rate, Gradient, Parameters);
        }

        if (_decay > 0)
        {
            Wide.Scale(Parameters[.._width], 1 - (rate * _decay));
        }

        if (IsPlain)
        {
            Wide.AddScaled(-rate, Gradient, Parameters);
        }
        else
        {
            _optimizer.Step(
                _backend, new UpdatePass<double>(_parameters, _gradient, _state0, _state1, _state2, GradientTransform.None, rate, Count));
        }

        _acceleration?.Extrapolate(Gradient, Parameters);
        if (_mean is not null && epoch >= _options.AverageFromEpoch)
        {
            Wide.MoveTowards(1.0 / ++_averaged, Parameters, _mean);
        }
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("steps");
        state.Value(ref _count);
        state.Value(ref _learningRate);
        state.Value(ref _averaged);
        if (_averaged < 0 || (_averaged > 0 && _mean is null))
        {
            throw new FormatException($"it has a mean of {_averaged} weights, where this run has none");
        }

        _schedule.Exchange(state);
        state.Tensor(_backend, _parameters);
        state.Tensor(_backend, _state0);
        state.Tensor(_backend, _state1);
        state.Tensor(_backend, _state2);
        state.Values<double>(_mean);
        state.Same("accelerations", _acceleration is null ? 0 : 1);
        _acceleration?.Exchange(state);
    }

    /// <summary>The factor of w in the gradient: L2 penalty and coupled weight decay.</summary>
    public static double Penalty(LinearOptions options) => options.L2Regularization + (options.UpdateRule.DecouplesWeightDecay ? 0 : options.UpdateRule.WeightDecay);

    private static double Norm(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }
}
