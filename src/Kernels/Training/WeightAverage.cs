using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The exponential moving mean of the weights that a network's training changes, and the exchange of the two: the mean is in the network while it is measured, the weights themselves while it is trained.
/// </summary>
internal sealed class WeightAverage<T> : ICheckpointed, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly double _decay;
    private readonly (int Start, int Length, int Place)[] _ranges;
    private readonly Tensor<T> _mean;
    private readonly Tensor<T> _weights;
    private long _count;
    private bool _shown;

    public WeightAverage(Network<T> network, double decay)
    {
        _network = network;
        _decay = decay;
        List<(int Start, int Length, int Place)> ranges = [];
        int length = 0;
        foreach ((int start, int count) in network.Layers.Changing())
        {
            ranges.Add((start, count, length));
            length = NetworkDefinition.Align(length + count);
        }

        _ranges = [.. ranges];
        _mean = network.Backend.Allocate(length);
        _weights = network.Backend.Allocate(length);
    }

    /// <summary>Takes the network's weights after an update.</summary>
    public void Add()
    {
        _count++;
        double share = (1 - _decay) / (1 - Math.Pow(_decay, _count));
        foreach ((int start, int length, int place) in _ranges)
        {
            UpdatePass<T> pass = new(_mean.Slice(place, length), _network.Parameters.Slice(start, length), default, default, default, GradientTransform.None, share, _count);
            _network.Backend.Update(new AverageRule(share), pass);
        }
    }

    /// <summary>Puts the mean into the network, once there is one.</summary>
    public void Show()
    {
        if (_count > 0 && !_shown)
        {
            foreach ((int start, int length, int place) in _ranges)
            {
                Tensor<T> weights = _network.Parameters.Slice(start, length);
                _network.Backend.Copy(weights, _weights.Slice(place, length));
                _network.Backend.Copy(_mean.Slice(place, length), weights);
            }

            _shown = true;
        }
    }

    /// <summary>Puts the weights back.</summary>
    public void Hide()
    {
        if (_shown)
        {
            foreach ((int start, int length, int place) in _ranges)
            {
                _network.Backend.Copy(_weights.Slice(place, length), _network.Parameters.Slice(start, length));
            }

            _shown = false;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The network must have the weights themselves.</remarks>
    public void Exchange(CheckpointState state)
    {
        state.Part("average");
        state.Value(ref _count);
        state.Tensor(_network.Backend, _mean);
    }

    public void Dispose()
    {
        _mean.Buffer?.Dispose();
        _weights.Buffer?.Dispose();
    }

    /// <summary>a ← a + share · (w − a): the step of an optimizer whose weight is a and whose gradient is given as w.</summary>
    internal readonly struct AverageRule(double share) : IUpdateRule
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane> =>
            weight = TLane.FusedMultiplyAdd(TLane.Create(share), gradient - weight, weight);
    }
}
