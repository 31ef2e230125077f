using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The tensors of a batch beside the network's own: targets, row weights and row losses, for the largest batch.</summary>
internal sealed class BatchBuffers<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly IBackend<T> _backend;
    private readonly Tensor<T> _targets;
    private readonly Tensor<T> _weights;
    private readonly Tensor<T> _rowLosses;
    private readonly int _columns;
    private SparseBatch<T>? _sparse;
    private bool _hasWeights;
    private bool _isSparse;

    public BatchBuffers(Network<T> network)
    {
        _network = network;
        _backend = network.Backend;
        _columns = network.Definition.OutputShape.Size;
        _targets = _backend.Allocate(checked(network.MaxRows * _columns));
        _weights = _backend.Allocate(network.MaxRows);
        _rowLosses = _backend.Allocate(network.MaxRows);
    }

    /// <summary>Sum of the weights of the batch that was loaded last.</summary>
    public double WeightSum { get; private set; }

    /// <summary>
    /// What as many average rows of the data weigh. A batch's mean is over this, not over its own weights: then every batch is an unbiased estimate of the mean over all rows, and
    /// weights count even where a batch is one row.
    /// </summary>
    public double AverageWeight { get; private set; }

    /// <summary>Gathers a batch: features, dense ones into <see cref="Network{T}.Input"/>, targets and weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(in BatchSource<T> source, ReadOnlySpan<int> rows)
    {
        _isSparse = source.SparseFeatures is not null && _network.TakesSparseInput;
        if (_isSparse)
        {
            _sparse ??= new SparseBatch<T>(source.SparseFeatures!.Width);
            _sparse.Load(source.SparseFeatures!, rows);
        }
        else
        {
            _backend.Gather(source.Features, rows, _network.Input.Slice(0, rows.Length * source.Features.Width));
        }

        LoadTargets(source, rows);
    }

    /// <summary>The network's outputs for the features that were loaded last.</summary>
    /// <param name="rows">How many rows they are.</param>
    /// <param name="training">True to drop units and so on.</param>
    /// <param name="key">Key of the random numbers of this pass.</param>
    public Tensor<T> Forward(int rows, bool training = false, ulong key = 0) =>
        _isSparse ? _network.Forward(_sparse!, training, key) : _network.Forward(_network.Input, rows, training, key);

    /// <summary>Gathers only targets and weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void LoadTargets(in BatchSource<T> source, ReadOnlySpan<int> rows)
    {
        _backend.Gather(source.Targets, rows, _targets.Slice(0, rows.Length * _columns));
        _hasWeights = source.Weights is not null;
        WeightSum = source.Data.SumOfWeights(rows);
        AverageWeight = rows.Length * source.Data.MeanWeight;
        if (source.Weights is not null)
        {
            _backend.Gather(source.Weights, rows, _weights.Slice(0, rows.Length));
        }
    }

    /// <summary>The loss evaluation of the loaded batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LossPass<T> Pass(Tensor<T> prediction, Tensor<T> gradient, double scale, int rows) => new(
        prediction,
        _targets.Slice(0, rows * _columns),
        _hasWeights ? _weights.Slice(0, rows) : default,
        _rowLosses.Slice(0, rows),
        gradient,
        scale,
        rows,
        _columns);

    public void Dispose()
    {
        _targets.Buffer!.Dispose();
        _weights.Buffer!.Dispose();
        _rowLosses.Buffer!.Dispose();
    }
}

/// <summary>Training data in the network's precision.</summary>
internal readonly struct BatchSource<T>(TrainingData data)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TrainingData Data { get; } = data;

    public IRowSource<T> Features { get; private init; } = RowSources.As<T>(data.Features);

    /// <summary>The features as sparse rows, where they are kept so and that is faster; else null.</summary>
    public ISparseRowSource? SparseFeatures { get; } = RowSources.Sparse(data.Features);

    public IRowSource<T> Targets { get; } = RowSources.As<T>(data.Targets);

    public IRowSource<T>? Weights { get; } = data.WeightRows is null ? null : RowSources.As<T>(data.WeightRows);

    /// <summary>The same with the features as training sees them in an epoch.</summary>
    public BatchSource<T> ForEpoch(int epoch) =>
        Data.Features is IEpochRowSource features ? this with { Features = RowSources.As<T>(features.ForEpoch(epoch)) } : this;
}
