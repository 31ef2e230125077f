using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Knows the best epoch so far, keeps its weights where they may be wanted, and counts epochs without improvement.</summary>
internal sealed class BestWeights<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly EarlyStopping? _rule;
    private readonly Metric _metric;
    private readonly Tensor<T> _weights;
    private double _best = double.PositiveInfinity;
    private int _epochsWithout;

    /// <param name="network">The network in training.</param>
    /// <param name="rule">What counts as better; null for the lower loss.</param>
    /// <param name="metric">The metric of the run.</param>
    /// <param name="keep">Whether the best weights may be wanted.</param>
    public BestWeights(Network<T> network, EarlyStopping? rule, Metric metric, bool keep)
    {
        _network = network;
        _rule = rule;
        _metric = metric;
        _weights = keep ? network.Backend.Allocate(network.Parameters.Length) : default;
    }

    /// <summary>Number of the best epoch; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Takes a finished epoch; true when the run should stop.</summary>
    public bool Update(in EpochRecord epoch)
    {
        double value = Value(epoch);
        if (value < _best - (_rule?.MinDelta ?? 0))
        {
            _best = value;
            Epoch = epoch.Epoch;
            _epochsWithout = 0;
            if (!_weights.IsNone)
            {
                _network.Backend.Copy(_network.Parameters, _weights);
            }

            return false;
        }

        return ++_epochsWithout >= _rule?.Patience;
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

    /// <summary>The monitored figure, so that less is better.</summary>
    private double Value(in EpochRecord epoch)
    {
        bool validated = !double.IsNaN(epoch.ValidationLoss);
        if (_rule?.Monitor != EarlyStoppingMonitor.Metric)
        {
            return validated ? epoch.ValidationLoss : epoch.TrainingLoss;
        }

        double metric = validated ? epoch.ValidationMetric : epoch.TrainingMetric;
        return _metric.HigherIsBetter ? -metric : metric;
    }
}
