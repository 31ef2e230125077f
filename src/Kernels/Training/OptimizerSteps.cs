using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The updates of a run: the optimizer's state, and what is done to the gradient before its rule: schedule, clipping, penalties.</summary>
internal sealed class OptimizerSteps<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly TrainingOptions _options;
    private readonly ScheduleRun _schedule;
    private readonly Tensor<T> _weights;
    private readonly Tensor<T> _state0;
    private readonly Tensor<T> _state1;
    private readonly Tensor<T> _state2;

    public OptimizerSteps(Network<T> network, TrainingOptions options, int stepsPerEpoch)
    {
        _network = network;
        _options = options;
        _schedule = new ScheduleRun(options.Schedule, options.Optimizer.LearningRate, options.Epochs, stepsPerEpoch);
        LearningRate = options.Optimizer.LearningRate;
        _weights = network.Parameters.Slice(0, network.Gradients.Length);
        int states = options.Optimizer.StateCount;
        _state0 = states > 0 ? State() : default;
        _state1 = states > 1 ? State() : default;
        _state2 = states > 2 ? State() : default;
    }

    /// <summary>Updates done.</summary>
    public long Count { get; private set; }

    /// <summary>The rate of the last update; before the first, the optimizer's own.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Updates all weights from the network's gradients; false, with nothing changed, when their norm is needed but not finite.</summary>
    public bool Step(int epoch)
    {
        double scale = 1;
        if (double.IsFinite(_options.ClipNorm))
        {
            double norm = Math.Sqrt(_network.Backend.SumOfSquares(_network.Gradients));
            if (!double.IsFinite(norm))
            {
                return false;
            }

            scale = norm > _options.ClipNorm ? _options.ClipNorm / norm : 1;
        }

        Count++;
        LearningRate = _schedule.Rate(Count, epoch);
        GradientTransform transform = new(scale, _options.ClipValue, _options.L2, _options.L1);
        _options.Optimizer.Step(
            _network.Backend,
            new UpdatePass<T>(_weights, _network.Gradients, _state0, _state1, _state2, transform, LearningRate, Count));
        return true;
    }

    /// <summary>Takes a finished epoch, for schedules that look at its loss.</summary>
    public void EndEpoch(in EpochRecord epoch) => _schedule.EndEpoch(epoch);

    public void Dispose()
    {
        _state0.Buffer?.Dispose();
        _state1.Buffer?.Dispose();
        _state2.Buffer?.Dispose();
    }

    private Tensor<T> State() => _network.Backend.Allocate(_weights.Length);
}
