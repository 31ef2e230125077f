using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The replicas of a network that train together, each on a thread of its own: they compute the shards of a batch, add up what these give in one order, and take the same step. The bits of all that do not depend on how many
/// they are, as long as their back ends compute alike.
/// </summary>
internal sealed class Replicas<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements of the sum from which on it is worth waking the threads for it.</summary>
    private const int Shared = 1 << 15;

    private readonly OwnerThreads _threads;
    private readonly GradientExchange<T>? _exchange;
    private readonly SharedRun? _processes;
    private readonly Replica<T>[] _replicas;
    private readonly Totals[] _norms;
    private readonly int _shards;
    private readonly int _smallest;
    private readonly double[] _totals;
    private readonly ShardPart[] _parts;
    private readonly ShardPart[] _own;
    private readonly T[][] _values;
    private readonly T[][] _ownValues;
    private readonly T[] _sum;
    private readonly Action<int> _compute;
    private readonly Action<int> _add;
    private readonly Action<int> _step;
    private readonly Action<int>? _told;
    private int _sent;
    private ShardedBatch<T> _batch;
    private (int Epoch, bool First, bool Last, Totals Totals, int Index) _update;
    private bool _stepped;

    /// <summary>Prepares a run.</summary>
    /// <param name="networks">The replicas; the first one has the weights to start from, and is used on the calling thread.</param>
    /// <param name="options">The run's options, with nothing left open.</param>
    /// <param name="metric">The run's metric.</param>
    /// <param name="batch">The buffers of the first network.</param>
    /// <param name="updatesPerEpoch">Updates of an epoch.</param>
    /// <param name="threads">As many threads as replicas; they must outlive this.</param>
    /// <param name="processes">The other processes; null for none.</param>
    public Replicas(
        IReadOnlyList<Network<T>> networks, TrainingOptions options, Metric metric, BatchBuffers<T> batch, int updatesPerEpoch, OwnerThreads threads, SharedRun? processes)
    {
        _threads = threads;
        _processes = processes;
        _shards = options.Shards;
        _smallest = networks[0].SmallestBatch;
        _totals = new double[_shards * Replica<T>.Sums];
        int first = processes is null ? 0 : ShardTree.FirstOf(processes.Rank, processes.Size, 0, _shards);
        int end = processes is null ? _shards : ShardTree.FirstOf(processes.Rank + 1, processes.Size, 0, _shards);
        T[] weights = new T[networks[0].Parameters.Length];
        networks[0].Backend.Read(networks[0].Parameters, weights);
        _replicas = new Replica<T>[networks.Count];
        _norms = new Totals[networks.Count];
        try
        {
            threads.Run(index =>
            {
                // Only the first one is validated, and so needs the mean of the weights.
                TrainingOptions own = index == 0 ? options : options with { AverageDecay = 0 };
                _replicas[index] = new Replica<T>(
                    networks[index],
                    own,
                    metric,
                    index == 0 ? batch : null,
                    updatesPerEpoch,
                    ShardTree.FirstOf(index, networks.Count, first, end),
                    ShardTree.FirstOf(index + 1, networks.Count, first, end));
                if (index > 0)
                {
                    networks[index].Backend.Write(weights, networks[index].Parameters);
                    _norms[index] = networks[index].Backend.AllocateTotals(1);
                }
            });
        }
        catch
        {
            Dispose();
            throw;
        }

        _parts = [.. _replicas.SelectMany(replica => replica.Parts)];
        _own = ShardTree.Parts(first, end, _shards);
        if (processes is not null)
        {
            int length = _replicas[0].Length;
            ExchangeSlice[] slices = ExchangeSlices.Of(networks[0].Layers, length, processes.Size);
            _exchange = new GradientExchange<T>(processes.Communicator, _shards, length, slices);
            _sum = _exchange.Sum;
            _ownValues = _exchange.Values;

            // One replica's parts are the process's.
            _values = _replicas.Length == 1 ? _ownValues : [.. _parts.Select(_ => new T[length])];
            _told = _replicas.Length == 1 && processes.Size > 1 && !networks[0].Backend.IsAsynchronous && slices[0].Layer >= 0 ? SendLayer : null;
        }
        else
        {
            bool alone = _parts.Length == 1;
            _sum = alone ? [] : new T[_replicas[0].Length];
            _values = alone ? [] : [.. _parts.Select(_ => new T[_sum.Length])];

            // One part is summed where its sum is wanted in the end.
            _ownValues = alone ? [] : [_sum];
        }

        _compute = Explained(Compute);
        _add = Add;
        _step = Explained(Step);
    }

    /// <summary>The updates of the first replica.</summary>
    public OptimizerSteps<T> Steps => _replicas[0].Steps;

    /// <summary>What is told to the other processes; null for none.</summary>
    public GradientExchange<T>? Processes => _exchange;

    /// <summary>Sum of the losses of the last batch's rows.</summary>
    public double Loss { get; private set; }

    /// <summary>What the last batch adds to the metric.</summary>
    public double Metric { get; private set; }

    /// <summary>Sum of the weights of the last batch's rows.</summary>
    public double WeightSum { get; private set; }

    /// <summary>Computes loss, metric and gradients of a batch.</summary>
    /// <param name="source">The data.</param>
    /// <param name="rows">The batch's rows.</param>
    /// <param name="scale">Factor of the loss's gradient.</param>
    /// <param name="key">Key of the batch's random numbers.</param>
    public void Compute(in BatchSource<T> source, ReadOnlyMemory<int> rows, double scale, ulong key)
    {
        _batch = new ShardedBatch<T>(source, rows, new ShardCut(rows.Length, _shards, _smallest), scale, key);
        _exchange?.Begin(_batch.Cut.Count);
        _sent = 0;
        _threads.Run(_compute);
        Exchange();
        (Loss, Metric, WeightSum) = (0, 0, 0);
        for (int shard = 0; shard < _batch.Cut.Count; shard++)
        {
            Loss += _totals[shard * Replica<T>.Sums];
            Metric += _totals[(shard * Replica<T>.Sums) + 1];
            WeightSum += _totals[(shard * Replica<T>.Sums) + 2];
        }
    }

    /// <summary>Takes the gradients of the batch that was computed last, and after the last one of an update the step. See <see cref="OptimizerSteps{T}.Step"/>, whose value it returns.</summary>
    public bool Step(int epoch, bool first, bool last, Totals totals, int index)
    {
        if (_exchange is null)
        {
            AddUp();
        }

        _update = (epoch, first, last, totals, index);
        _threads.Run(_step);
        return _stepped;
    }

    /// <summary>Takes a finished epoch, for schedules that look at its loss.</summary>
    public void EndEpoch(in EpochRecord record)
    {
        foreach (Replica<T> replica in _replicas)
        {
            replica.Steps.EndEpoch(record);
        }
    }

    /// <summary>Gives every replica the weights and the optimizer's state of a checkpoint, which holds those of one.</summary>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="stream">What it reads, which can seek.</param>
    public void Exchange(CheckpointReader reader, Stream stream)
    {
        long start = stream.Position;
        for (int i = 0; i < _replicas.Length; i++)
        {
            stream.Position = start;
            int own = i;
            _threads.Run(index =>
            {
                if (index == own)
                {
                    _replicas[index].Exchange(reader);
                }
            });
        }
    }

    public void Dispose()
    {
        foreach (Replica<T>? replica in _replicas)
        {
            replica?.Dispose();
        }

        foreach (Totals? norm in _norms)
        {
            norm?.Dispose();
        }
    }

    /// <summary>The same with the errors of a device in words, from the back end whose device it is.</summary>
    private Action<int> Explained(Action<int> work) => index =>
    {
        try
        {
            work(index);
        }
        catch (Exception error) when (_replicas[index].Explain(error) is { } explained && !ReferenceEquals(explained, error))
        {
            throw explained;
        }
    };

    /// <summary>Sends what has not been sent yet, and waits for the sums.</summary>
    private void Exchange()
    {
        if (_exchange is null)
        {
            return;
        }

        if (_replicas.Length > 1)
        {
            AddUp();
        }

        SendLayer(-1);
        _exchange.Finish(_totals, Replica<T>.Sums, _processes!.WantsToEnd);
        _processes.IsCancelled = _exchange.IsCancelled;
    }

    /// <summary>Sends the slices for which a layer's gradients were missing.</summary>
    private void SendLayer(int layer)
    {
        while (_sent < _exchange!.Slices && _exchange.Slice(_sent).Layer >= layer)
        {
            _exchange.Send(_sent++);
        }

        _exchange.Progress();
    }

    private void AddUp()
    {
        if (_sum.Length >= Shared)
        {
            _threads.Run(_add);
        }
        else if (_sum.Length > 0)
        {
            Add(0, _sum.Length);
        }
    }

    private void Compute(int index)
    {
        Replica<T> replica = _replicas[index];
        int place = 0;
        for (int i = 0; i < index; i++)
        {
            place += _replicas[i].Parts.Length;
        }

        replica.Compute(_batch, _values.Length == 0 ? [] : _values.AsSpan(place, replica.Parts.Length), _totals, _told);
    }

    private void Add(int index)
    {
        // Whole cache lines for each thread.
        const int Line = 16;
        int lines = ((_sum.Length - 1) / Line) + 1;
        int start = Line * ShardTree.FirstOf(index, _threads.Size, 0, lines);
        Add(start, Math.Min(Line * ShardTree.FirstOf(index + 1, _threads.Size, 0, lines), _sum.Length));
    }

    private void Add(int start, int end)
    {
        for (int i = 0; i < _own.Length; i++)
        {
            ShardTree.Sum(_own[i], _parts, _values, _batch.Cut.Count, start, _ownValues[i].AsSpan(start, end - start));
        }
    }

    private void Step(int index)
    {
        Replica<T> replica = _replicas[index];
        replica.Receive(_sum, _batch.Cut.Count);
        replica.Steps.Accumulate(_update.First);
        bool stepped = !_update.Last || (index == 0 ? replica.Steps.Step(_update.Epoch, _update.Totals, _update.Index) : replica.Steps.Step(_update.Epoch, _norms[index], 0));
        if (index == 0)
        {
            _stepped = stepped;
        }
    }
}
