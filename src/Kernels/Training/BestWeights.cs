using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Keeps the weights of the best epoch so far, where they may be wanted.</summary>
internal sealed class BestWeights<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly EpochRanking _ranking;
    private readonly Tensor<T> _weights;

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

    /// <summary>Takes a finished epoch; true when the run should stop.</summary>
    public bool Update(in EpochRecord epoch)
    {
        if (_ranking.Add(epoch) && !_weights.IsNone)
        {
            _network.Backend.Copy(_network.Parameters, _weights);
        }

        return _ranking.ShouldStop;
    }

    /// <summary>Gives the network the best epoch's weights; false when there are none.</summary>
    public bool Restore()
    {
        if (Epoch == 0 || _weights.IsNone)
        {
            return false;
        }

        _network.Backend.Copy(_weights, _network.Parameters);
        return true;
    }

    public void Dispose() => _weights.Buffer?.Dispose();
}
