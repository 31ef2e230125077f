using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The updates of a run, composed in one place: gradients of several batches are added up, clipped and, where they are of penalised weights, given the penalties; the schedule names the rate, of which each layer has its
/// share; the optimizer's rule updates the weights of layers that are not frozen; norms are limited; the mean of the weights follows.
/// </summary>
internal sealed class OptimizerSteps<T> : ICheckpointed, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly TrainingOptions _options;
    private readonly ScheduleRun _schedule;
    private readonly MaxNorm<T>? _maxNorm;
    private readonly DeferredUpdates<T>? _deferred;
    private readonly Tensor<T> _weights;
    private readonly Tensor<T> _gradients;
    private readonly Tensor<T> _sum;
    private readonly Tensor<T> _state0;
    private readonly Tensor<T> _state1;
    private readonly Tensor<T> _state2;

    // Biases and the like are not penalised: they are updated by an optimizer without weight decay.
    private readonly Optimizer _plain;
    private readonly (int Weights, int Gradients, int Length, (bool Penalized, double Rate) Is)[] _ranges;

    private long _count;
    private double _learningRate;

    /// <param name="network">The network in training.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="stepsPerEpoch">Updates of an epoch.</param>
    /// <param name="gradients">Where the gradients of a batch stand; none for those of the network's last backward pass.</param>
    public OptimizerSteps(Network<T> network, TrainingOptions options, int stepsPerEpoch, Tensor<T> gradients = default)
    {
        _network = network;
        _options = options;
        _schedule = new ScheduleRun(options.Schedule, options.InitialLearningRate, options.Epochs, stepsPerEpoch);
        _learningRate = options.InitialLearningRate;
        _weights = network.Parameters;
        _gradients = gradients.IsNone ? network.Gradients : gradients;
        _sum = options.AccumulationSteps > 1 ? State() : default;
        _maxNorm = options.MaxNorm is { } limit ? new MaxNorm<T>(network, limit) : null;
        Average = options.AverageDecay > 0 ? new WeightAverage<T>(network, options.AverageDecay) : null;
        if (network.GradientRows is not null && gradients.IsNone && _maxNorm is null && Average is null && _sum.IsNone)
        {
            // Limited norms and the mean look at all weights after each step, and accumulation and shards add up whole gradients.
            network.Deferred = _deferred = new DeferredUpdates<T>(network, options.UpdateRule, penalised: options.L1Regularization > 0 || options.L2Regularization > 0);
        }

        int states = options.UpdateRule.StateCount;
        _state0 = states > 0 ? State() : default;
        _state1 = states > 1 ? State() : default;
        _state2 = states > 2 ? State() : default;
        _plain = options.UpdateRule with { WeightDecay = 0 };
        bool penalizes = options.L1Regularization > 0 || options.L2Regularization > 0 || options.UpdateRule.WeightDecay > 0;
        _ranges = penalizes || !network.Layers.IsUniform
            ? [.. network.Layers.Trained(slot => (penalizes && slot.Spec.IsPenalized, network.LayerRates[slot.Layer]))]
            : [(0, 0, _gradients.Length, (false, 1))];
    }

    /// <summary>The mean of the weights; null when none is wanted.</summary>
    public WeightAverage<T>? Average { get; }

    /// <summary>Updates done.</summary>
    public long Count => _count;

    /// <summary>The rate of the last update, before the layers' factors; before the first, the optimizer's own.</summary>
    public double LearningRate => _learningRate;

    /// <summary>Whether the back end clips by a norm that the host does not know yet: whoever reads it later finds out whether it was finite.</summary>
    public bool ClipsLater { get; private set; }

    /// <summary>Takes the gradients of one of the batches of an update.</summary>
    /// <param name="first">True for the update's first batch.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Accumulate(bool first)
    {
        if (_sum.IsNone)
        {
            return;
        }

        if (first)
        {
            _network.Backend.Copy(_gradients, _sum);
        }
        else
        {
            _network.Backend.AddScaled(T.One, _gradients, _sum);
        }
    }

    /// <summary>Updates all weights from the accumulated gradients; false, with nothing changed, when their norm is needed but known not to be finite.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="totals">Receives the squared norm of the gradients, where it is needed.</param>
    /// <param name="index">Its place.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Step(int epoch, Totals totals, int index)
    {
        IBackend<T> backend = _network.Backend;
        Tensor<T> gradients = _sum.IsNone ? _gradients : _sum;
        bool sparse = _deferred?.Apply == true;
        double scale = 1;
        NormClip? clip = null;
        if (_options.ClipNorm is { } limit)
        {
            ClipsLater = backend.IsAsynchronous && !sparse;
            if (ClipsLater)
            {
                backend.SumOfSquares(gradients, totals, index);
                clip = new NormClip(totals, index, limit);
            }
            else if (!NormClip.TryScale(sparse ? _deferred!.SumOfSquares(gradients) : backend.SumOfSquares(gradients), limit, out scale))
            {
                return false;
            }
        }

        _count++;
        _learningRate = _schedule.Rate(_count, epoch);
        GradientTransform transform = new(scale, _options.ClipValue ?? double.PositiveInfinity, 0, 0);
        GradientTransform penalties = transform with { L2 = _options.L2Regularization, L1 = _options.L1Regularization };
        if (!sparse)
        {
            _deferred?.Finish();
        }

        for (int i = 0; i < _ranges.Length; i++)
        {
            bool penalized = _ranges[i].Is.Penalized;
            (penalized ? _options.UpdateRule : _plain).Step(sparse && i == 0 ? _deferred! : backend, Pass(gradients, i, penalized ? penalties : transform) with { Clip = clip });
        }

        _maxNorm?.Apply();
        Average?.Add();
        return true;
    }

    /// <summary>Takes a finished epoch, for schedules that look at its loss.</summary>
    public void EndEpoch(in EpochRecord epoch) => _schedule.EndEpoch(epoch);

    /// <inheritdoc/>
    /// <remarks>Without the mean of the weights, which one of several replicas has.</remarks>
    public void Exchange(CheckpointState state)
    {
        state.Part("optimizer");
        state.Value(ref _count);
        state.Value(ref _learningRate);
        _schedule.Exchange(state);
        state.Tensor(_network.Backend, _sum);
        state.Tensor(_network.Backend, _state0);
        state.Tensor(_network.Backend, _state1);
        state.Tensor(_network.Backend, _state2);
        _deferred?.Exchange(state, BeginWith);
    }

    /// <summary>Takes the steps that were put off, too.</summary>
    public void Dispose()
    {
        _deferred?.Finish();
        _network.Deferred = null;
        Average?.Dispose();
        _sum.Buffer?.Dispose();
        _state0.Buffer?.Dispose();
        _state1.Buffer?.Dispose();
        _state2.Buffer?.Dispose();
    }

    private void BeginWith(IWeightUpdater<T> updater)
    {
        (_ranges[0].Is.Penalized ? _options.UpdateRule : _plain).Step(updater, Pass(_gradients, 0, GradientTransform.None));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private UpdatePass<T> Pass(Tensor<T> gradients, int range, GradientTransform transform)
    {
        (int weights, int start, int length, (_, double rate)) = _ranges[range];
        return new(
            _weights.Slice(weights, length),
            gradients.Slice(start, length),
            Part(_state0, start, length),
            Part(_state1, start, length),
            Part(_state2, start, length),
            transform,
            LearningRate * rate,
            Count);
    }

    private static Tensor<T> Part(Tensor<T> state, int start, int length) => state.IsNone ? default : state.Slice(start, length);

    private Tensor<T> State() => _network.Backend.Allocate(_gradients.Length);
}
