using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Keeps the weights of the best epoch so far, where they may be wanted.</summary>
internal sealed class BestWeights<T> : ICheckpointed, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly EpochRanking _ranking;
    private readonly Tensor<T> _weights;

    // False also where a run goes on from one that kept none.
    private bool _hasWeights;

    /// <param name="network">The network in training.</param>
    /// <param name="rule">What counts as better; null for the lower loss.</param>
    /// <param name="metric">The metric of the run.</param>
    /// <param name="keep">Whether the best weights may be wanted.</param>
    public BestWeights(Network<T> network, EarlyStopping? rule, Metric metric, bool keep)
    {
        _network = network;
        _ranking = new EpochRanking(rule, metric);
        _weights = keep ? network.Backend.Allocate(network.Parameters.Length) : default;
    }

    /// <summary>Number of the best epoch; 0 before the first.</summary>
    public int Epoch => _ranking.Best;

    /// <summary>Whether there was no improvement for as long as the rule allows.</summary>
    public bool ShouldStop => _ranking.ShouldStop;

    /// <summary>Takes a finished epoch; true when the run should stop.</summary>
    public bool Update(in EpochRecord epoch)
    {
        if (_ranking.Add(epoch) && !_weights.IsNone)
        {
            _network.Backend.Copy(_network.Parameters, _weights);
            _hasWeights = true;
        }

        return ShouldStop;
    }

    /// <summary>Gives the network the best epoch's weights; false when there are none.</summary>
    public bool Restore()
    {
        if (!_hasWeights)
        {
            return false;
        }

        _network.Backend.Copy(_weights, _network.Parameters);
        return true;
    }

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("best");
        _ranking.Exchange(state);
        state.Value(ref _hasWeights);
        if (_hasWeights)
        {
            ExchangeWeights(state);
        }
    }

    public void Dispose() => _weights.Buffer?.Dispose();

    private void ExchangeWeights(CheckpointState state)
    {
        if (!_weights.IsNone)
        {
            state.Tensor(_network.Backend, _weights);
            return;
        }

        // A run that wants none goes on from one that kept them.
        Tensor<T> unwanted = _network.Backend.Allocate(_network.LateParameters.Length);
        state.Tensor(_network.Backend, unwanted);
        unwanted.Buffer!.Dispose();
        _hasWeights = false;
    }
}
