using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The shards of a batch that is being computed.</summary>
/// <param name="Source">The data.</param>
/// <param name="Rows">The batch's rows.</param>
/// <param name="Cut">How they are cut.</param>
/// <param name="Scale">Factor of the loss's gradient.</param>
/// <param name="Key">Key of the batch's random numbers; a shard's is derived from it.</param>
internal readonly record struct ShardedBatch<T>(BatchSource<T> Source, ReadOnlyMemory<int> Rows, ShardCut Cut, double Scale, ulong Key)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>
/// A copy of the network on a back end of its own, which computes some of the shards of every batch and takes the same steps as all others. What it gives of a shard is one vector: the gradient, and behind it the running
/// statistics as the shard leaves them, whose mean over the shards is what all go on with.
/// </summary>
internal sealed class Replica<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers that a shard adds to the batch's: loss, metric, weights.</summary>
    public const int Sums = 3;

    private readonly Network<T> _network;
    private readonly IBackend<T> _backend;
    private readonly Loss _loss;
    private readonly Metric _metric;
    private readonly int _columns;
    private readonly BatchBuffers<T> _batch;
    private readonly bool _ownsBatch;
    private readonly int _first;
    private readonly Totals _totals;
    private readonly double[] _read;

    /// <summary>The ranges of the parameters that layers which are not frozen change while they train.</summary>
    private readonly (int Start, int Length)[] _statistics;

    private readonly Tensor<T> _before;
    private readonly Tensor<T> _sum;
    private readonly Tensor<T>[] _others;

    // Of the last shard of a batch, whose gradients are told while they come: what their sums go through on their way to those of the whole part.
    private readonly List<Addition> _way = [];
    private readonly Action<int> _layerDone;
    private readonly int[] _layerStarts;
    private Action<int>? _told;
    private int _lastShard;
    private int _toldFrom;
    private T[]? _toldValues;
    private Tensor<T> _toldSum;
    private bool _toldAdds;

    /// <summary>Takes memory on the network's back end.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="metric">The run's metric.</param>
    /// <param name="batch">Buffers of the network that the run has already; null to make some.</param>
    /// <param name="updatesPerEpoch">Updates of an epoch.</param>
    /// <param name="first">The first shard that it computes.</param>
    /// <param name="end">The end of those.</param>
    public Replica(Network<T> network, TrainingOptions options, Metric metric, BatchBuffers<T>? batch, int updatesPerEpoch, int first, int end)
    {
        _network = network;
        _backend = network.Backend;
        _loss = options.Loss;
        _metric = metric;
        _columns = network.Definition.OutputShape.Size;
        _batch = batch ?? new BatchBuffers<T>(network);
        _ownsBatch = batch is null;
        _first = first;
        Parts = ShardTree.Parts(first, end, options.Shards);
        _totals = _backend.AllocateTotals(2 * (end - first));
        _read = new double[2 * (end - first)];
        _statistics = [.. network.Layers.Statistics()];
        int statistics = _statistics.Sum(range => range.Length);
        _before = statistics > 0 ? _backend.Allocate(statistics) : default;
        _sum = _backend.Allocate(network.Gradients.Length + statistics);

        // A subtree's left half is summed where its whole is wanted; each level whose right half is more than one shard needs a place for that.
        int levels = BitOperations.Log2((uint)Parts.Max(part => part.Size));
        _others = [.. Enumerable.Range(0, Math.Max(0, levels - 1)).Select(_ => _backend.Allocate(_sum.Length))];
        Steps = new OptimizerSteps<T>(network, options, updatesPerEpoch, _sum.Slice(0, network.Gradients.Length));
        _layerDone = TellLayer;
        _layerStarts = new int[network.Definition.Layers.Count];
        Array.Fill(_layerStarts, int.MaxValue);
        foreach ((int layer, int start) in network.Layers.Gradients())
        {
            _layerStarts[layer] = start;
        }
    }

    /// <summary>The subtrees that it sums.</summary>
    public ShardPart[] Parts { get; }

    /// <summary>Length of the vector of a shard.</summary>
    public int Length => _sum.Length;

    /// <summary>The replica's updates, of what <see cref="Receive"/> was given.</summary>
    public OptimizerSteps<T> Steps { get; }

    /// <summary>Computes its shards of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="values">Receives the sum of each part; null where there is one part, and nobody else: its sum then stays where <see cref="Receive"/> expects it.</param>
    /// <param name="totals">Receives the <see cref="Sums"/> of each shard, in its place of those of all shards.</param>
    /// <param name="told">
    /// Called while the last shard is computed with the layer whose gradients, with those of all layers behind it, stand in all of <paramref name="values"/>; null for nothing. The layers lie in the vector in their order then.
    /// </param>
    public void Compute(in ShardedBatch<T> batch, ReadOnlySpan<T[]> values, Span<double> totals, Action<int>? told = null)
    {
        KeepStatistics();
        int existing = Math.Clamp(batch.Cut.Count - _first, 0, _read.Length / 2);
        _lastShard = told is null ? -1 : _first + existing - 1;
        for (int i = 0; i < Parts.Length; i++)
        {
            (_told, _toldValues) = (told, values.IsEmpty ? null : values[i]);
            if (Compute(batch, Parts[i], _sum, 0, totals) && !values.IsEmpty && !Holds(Parts[i], _lastShard))
            {
                _backend.Read(_sum, values[i]);
            }
        }

        _backend.Read(_totals, 0, _read.AsSpan(0, 2 * existing));
        for (int i = 0; i < existing; i++)
        {
            totals[(_first + i) * Sums] = _read[2 * i];
            totals[((_first + i) * Sums) + 1] = _read[(2 * i) + 1];
        }
    }

    /// <summary>Takes the sum of all shards, so that a step can be taken, and the mean of the running statistics.</summary>
    /// <param name="sum">The sum; empty where it is here already.</param>
    /// <param name="existing">How many shards the batch has.</param>
    public void Receive(ReadOnlySpan<T> sum, int existing)
    {
        if (!sum.IsEmpty)
        {
            _backend.Write(sum, _sum);
        }

        T share = T.CreateTruncating(1.0 / existing);
        int place = _network.Gradients.Length;
        foreach ((int start, int length) in _statistics)
        {
            Tensor<T> statistics = _network.LateParameters.Slice(start, length);
            _backend.Fill(statistics, T.Zero);
            _backend.AddScaled(share, _sum.Slice(place, length), statistics);
            place += length;
        }
    }

    /// <summary>Takes weights and the optimizer's state out of a checkpoint.</summary>
    public void Exchange(CheckpointReader reader) => TrainingSession<T>.Exchange(reader, _network, Steps);

    /// <summary>An error of its device in words; null when there is nothing to add.</summary>
    public Exception? Explain(Exception error) => _backend.Explain(error);

    public void Dispose()
    {
        Steps.Dispose();
        _totals.Dispose();
        _before.Buffer?.Dispose();
        _sum.Buffer!.Dispose();
        foreach (Tensor<T> other in _others)
        {
            other.Buffer!.Dispose();
        }

        if (_ownsBatch)
        {
            _batch.Dispose();
        }
    }

    /// <summary>Leaves the sum of a subtree in a tensor; false, with nothing done, where all of it is missing.</summary>
    private bool Compute(in ShardedBatch<T> batch, ShardPart node, Tensor<T> sum, int level, Span<double> totals)
    {
        if (node.First >= batch.Cut.Count)
        {
            return false;
        }

        if (node.Size == 1)
        {
            Compute(batch, node.First, totals, sum, add: false);
            return true;
        }

        int half = node.Size / 2;
        ShardPart right = new(node.First + half, half);
        Compute(batch, new ShardPart(node.First, half), sum, level + 1, totals);
        if (half == 1 && right.First < batch.Cut.Count)
        {
            Compute(batch, right.First, totals, sum, add: true);
        }
        else if (Holds(right, _lastShard) && half > 1)
        {
            _way.Add(new Addition(_others[level], sum));
            Compute(batch, right, _others[level], level + 1, totals);
        }
        else if (half > 1 && Compute(batch, right, _others[level], level + 1, totals))
        {
            _backend.AddScaled(T.One, _others[level], sum);
        }

        return true;
    }

    private static bool Holds(ShardPart part, int shard) => part.First <= shard && shard < part.First + part.Size;

    /// <summary>Forward and backward pass of one shard, whose vector is put or added into a sum.</summary>
    private void Compute(in ShardedBatch<T> batch, int shard, Span<double> totals, Tensor<T> sum, bool add)
    {
        int rows = batch.Cut.RowsOf(shard);
        _batch.Load(batch.Source, batch.Rows.Span.Slice(batch.Cut.Start(shard), rows));
        Tensor<T> prediction = _batch.Forward(rows, training: true, RandomKey.Derive(batch.Key, (ulong)shard));
        Tensor<T> gradient = _network.OutputGradient.Slice(0, rows * _columns);
        LossPass<T> pass = _batch.Pass(prediction, gradient, batch.Scale, rows);
        int index = 2 * (shard - _first);
        _metric.Measure(_backend, pass, _totals, index + 1);
        _loss.Evaluate(_backend, pass);
        _backend.Sum(pass.RowLosses, _totals, index);
        totals[(shard * Sums) + 2] = _batch.WeightSum;
        if (shard != _lastShard)
        {
            _network.Backward(gradient, rows);
            Take(sum, add);
            return;
        }

        (_toldSum, _toldAdds, _toldFrom) = (sum, add, _network.Gradients.Length);
        _network.BackwardByLayer(gradient, rows, _layerDone);
        TakeGradients(0);
        TakeStatistics(sum, add);
        Pass(_network.Gradients.Length, _sum.Length);
        _way.Clear();
        _told!(-1);
    }

    /// <summary>Takes the gradients of the layers from one on, and tells that they are there.</summary>
    private void TellLayer(int layer)
    {
        if (_layerStarts[layer] < _toldFrom)
        {
            TakeGradients(_layerStarts[layer]);
            _told!(layer);
        }
    }

    /// <summary>The gradients of the last shard from a place on, up to those that were taken before, go all the way into the sum of their part.</summary>
    private void TakeGradients(int start)
    {
        int length = _toldFrom - start;
        if (length > 0)
        {
            Put(_network.Gradients.Slice(start, length), _toldSum.Slice(start, length), _toldAdds);
            Pass(start, _toldFrom);
            _toldFrom = start;
        }
    }

    private void Pass(int start, int end)
    {
        if (end == start)
        {
            return;
        }

        for (int i = _way.Count - 1; i >= 0; i--)
        {
            _backend.AddScaled(T.One, _way[i].From.Slice(start, end - start), _way[i].To.Slice(start, end - start));
        }

        _backend.Read(_sum.Slice(start, end - start), _toldValues.AsSpan(start, end - start));
    }

    private void Put(Tensor<T> from, Tensor<T> to, bool add)
    {
        if (add)
        {
            _backend.AddScaled(T.One, from, to);
        }
        else
        {
            _backend.Copy(from, to);
        }
    }

    /// <summary>Takes the vector of the shard that was computed last.</summary>
    private void Take(Tensor<T> sum, bool add)
    {
        Put(_network.Gradients, sum.Slice(0, _network.Gradients.Length), add);
        TakeStatistics(sum, add);
    }

    /// <summary>Takes the statistics of the shard that was computed last, and gives the network back those that it had before.</summary>
    private void TakeStatistics(Tensor<T> sum, bool add)
    {
        int place = _network.Gradients.Length;
        int kept = 0;
        foreach ((int start, int length) in _statistics)
        {
            Tensor<T> statistics = _network.LateParameters.Slice(start, length);
            Put(statistics, sum.Slice(place, length), add);
            _backend.Copy(_before.Slice(kept, length), statistics);
            place += length;
            kept += length;
        }
    }

    private void KeepStatistics()
    {
        int kept = 0;
        foreach ((int start, int length) in _statistics)
        {
            _backend.Copy(_network.LateParameters.Slice(start, length), _before.Slice(kept, length));
            kept += length;
        }
    }

    /// <summary>A sum that goes into another one.</summary>
    private readonly record struct Addition(Tensor<T> From, Tensor<T> To);
}
