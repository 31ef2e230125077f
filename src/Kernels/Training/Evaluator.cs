using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Loss and metric of a network on some data.</summary>
/// <param name="Loss">Weighted mean or sum over all rows, as the loss says.</param>
/// <param name="Metric">The metric over all rows, which count by their weights as in the loss.</param>
public readonly record struct EvaluationResult(double Loss, double Metric);

/// <summary>Measures a network, in batches of <see cref="Network{T}.MaxRows"/>, without changing it. One thread at a time.</summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class Evaluator<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly Loss _loss;
    private readonly Metric _metric;
    private readonly BatchBuffers<T> _batch;
    private readonly bool _ownsBatch;
    private readonly PendingBatches<T> _pending;
    private readonly int[] _rows;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="network">The network to measure.</param>
    /// <param name="loss">The loss to report.</param>
    /// <param name="metric">The metric to report.</param>
    public Evaluator(Network<T> network, Loss loss, Metric metric)
        : this(network ?? throw new ArgumentNullException(nameof(network)), loss, metric, new BatchBuffers<T>(network), ownsBatch: true)
    {
    }

    internal Evaluator(Network<T> network, Loss loss, Metric metric, BatchBuffers<T> batch, bool ownsBatch)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(metric);
        _network = network;
        _loss = loss;
        _metric = metric;
        _batch = batch;
        _ownsBatch = ownsBatch;
        _pending = new PendingBatches<T>(network.Backend);
        _rows = new int[network.MaxRows];
    }

    /// <summary>Measures the network on all rows.</summary>
    /// <param name="data">Data of the network's input and output sizes.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <exception cref="ArgumentException">The data does not fit the network.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public EvaluationResult Evaluate(TrainingData data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataChecks.Fit(data, _network.Definition, "evaluation");
        return Evaluate(new BatchSource<T>(_loss.Reduction == Reduction.Mean ? data.WithUsualWeights() : data), cancellationToken, null, default);
    }

    /// <summary>The same with a report after every batch, whose other fields come from a template.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    /// <param name="onBatch">Receives the reports; null for nothing.</param>
    /// <param name="template">What they have in common.</param>
    /// <param name="processes">Processes that measure their part of the batches each, and add up all in one order; null for this one alone.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal EvaluationResult Evaluate(
        in BatchSource<T> source, CancellationToken cancellationToken, Action<BatchProgress>? onBatch, BatchProgress template, GradientExchange<T>? processes = null)
    {
        const int Sums = 3;
        long started = Stopwatch.GetTimestamp();
        int columns = _network.Definition.OutputShape.Size;
        int total = source.Data.Count;
        int size = _network.MaxRows;
        int batches = (int)(((long)total + size - 1) / size);
        (int first, int end) = processes?.PartOf(batches) ?? (0, batches);
        double[] measured = new double[Sums * batches];
        _pending.Clear();
        for (int batch = first; batch < end; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = batch * size;
            int count = Math.Min(size, total - start);
            for (int i = 0; i < count; i++)
            {
                _rows[i] = start + i;
            }

            _batch.Load(source, _rows.AsSpan(0, count));
            LossPass<T> pass = _batch.Pass(_batch.Forward(count), default, 1, count);
            _metric.Measure(_network.Backend, pass, _pending.Totals, _pending.MetricIndex);
            _loss.Evaluate(_network.Backend, pass);
            _network.Backend.Sum(pass.RowLosses, _pending.Totals, _pending.LossIndex);
            _pending.Add(new PendingBatch(batch + 1, start + count, _batch.WeightSum, _batch.AverageWeight, 0, IsClipped: false, IsJudged: false));
            if (!_pending.IsDue && batch + 1 < end)
            {
                continue;
            }

            int read = _pending.Read();
            for (int i = 0; i < read; i++)
            {
                ref readonly PendingBatch done = ref _pending.Batch(i);
                double loss = _pending.Loss(i);
                int place = Sums * (done.Number - 1);
                (measured[place], measured[place + 1], measured[place + 2]) = (loss, done.WeightSum, _pending.Metric(i));
                onBatch?.Invoke(template with
                {
                    Batch = Math.Min(batches, done.Number * (processes?.Size ?? 1)),
                    Batches = batches,
                    Loss = LossSums.Reduce(_loss, loss, done.AverageWeight, columns),
                    RowsPerSecond = Math.Min(total, (start + count - (first * size)) * (processes?.Size ?? 1)) / Stopwatch.GetElapsedTime(started).TotalSeconds,
                });
            }
        }

        processes?.Share(measured, Sums);
        LossSums sums = default;
        for (int place = 0; place < measured.Length; place += Sums)
        {
            sums.Add(measured[place], measured[place + 1], measured[place + 2]);
        }

        return new EvaluationResult(sums.Loss(_loss, columns), sums.Metric(_metric, columns));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pending.Dispose();
        if (_ownsBatch)
        {
            _batch.Dispose();
        }
    }
}
