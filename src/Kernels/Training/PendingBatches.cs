using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the host knows of a batch whose sums may still be on their way.</summary>
/// <param name="Number">Its number in the pass, from 1.</param>
/// <param name="Rows">Rows of the pass up to its end.</param>
/// <param name="WeightSum">Sum of its rows' weights.</param>
/// <param name="AverageWeight">What as many average rows weigh.</param>
/// <param name="LearningRate">The rate of its update, or of the one before it.</param>
/// <param name="IsClipped">Whether the norm of its gradient stands in the sums.</param>
/// <param name="IsJudged">Whether its loss has been looked at before its update.</param>
internal readonly record struct PendingBatch(int Number, int Rows, double WeightSum, double AverageWeight, double LearningRate, bool IsClipped, bool IsJudged);

/// <summary>
/// Batches of a pass whose loss, metric and gradient norm stand in the back end's memory until they are read together. A back end that is done when its calls return is read after every batch; of one that
/// queues them, reading is a wait for all before it, so that it is done as seldom as lets a bad run end within a second: five times in one, by the time that the batches so far have taken.
/// </summary>
internal sealed class PendingBatches<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Most = 4096;
    private const int Sums = 3;

    /// <summary>Seconds that the host goes on without a look at the sums, about.</summary>
    private const double Target = 0.2;

    private readonly IBackend<T> _backend;
    private readonly PendingBatch[] _batches;
    private readonly double[] _sums;
    private int _interval = 1;
    private long _lastRead = Stopwatch.GetTimestamp();

    /// <param name="backend">Where the sums stand.</param>
    /// <param name="isTold">Whether each batch's loss and metric are told by <see cref="Tell"/>, so that nothing is late.</param>
    public PendingBatches(IBackend<T> backend, bool isTold = false)
    {
        _backend = backend;
        IsLate = backend.IsAsynchronous && !isTold;
        int room = IsLate ? Most : 1;
        Totals = backend.AllocateTotals(room * Sums);
        _batches = new PendingBatch[room];
        _sums = new double[room * Sums];
    }

    /// <summary>Whether sums are read later than the batch after theirs begins.</summary>
    public bool IsLate { get; }

    /// <summary>Where the back end leaves the sums.</summary>
    public Totals Totals { get; }

    /// <summary>Batches that have not been read.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the time has come to read; always after a batch that has been judged, whose sums stand at the beginning.</summary>
    public bool IsDue => Count >= _interval || (Count > 0 && _batches[Count - 1].IsJudged);

    /// <summary>The place of the next batch's loss.</summary>
    public int LossIndex => Count * Sums;

    /// <summary>The place of the next batch's metric.</summary>
    public int MetricIndex => (Count * Sums) + 1;

    /// <summary>The place of the squared norm of the next batch's gradient.</summary>
    public int NormIndex => (Count * Sums) + 2;

    /// <summary>Takes a batch whose sums have been asked for.</summary>
    public void Add(in PendingBatch batch) => _batches[Count++] = batch;

    /// <summary>Waits for the sums of all batches taken; they are told by <see cref="Batch"/> and its siblings until the next one is added.</summary>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Read()
    {
        int count = Count;
        if (count == 0)
        {
            return 0;
        }

        _backend.Read(Totals, 0, _sums.AsSpan(0, count * Sums));
        long now = Stopwatch.GetTimestamp();
        double took = Stopwatch.GetElapsedTime(_lastRead, now).TotalSeconds;
        _lastRead = now;

        // Of a clock that stood still the quotient is infinite, which is clamped as well.
        _interval = (int)Math.Clamp(count * (Target / took), 1, Math.Min(2L * count, _batches.Length));
        Count = 0;
        return count;
    }

    /// <summary>Takes the loss and metric of the only batch, which are known, in the place of <see cref="Read"/>.</summary>
    public void Tell(double loss, double metric) => (_sums[0], _sums[1], Count) = (loss, metric, 0);

    /// <summary>Waits for the squared norm of the gradient of the only batch, before that is added.</summary>
    public void ReadNorm() => _backend.Read(Totals, NormIndex, _sums.AsSpan(NormIndex, 1));

    /// <summary>A batch that has been read.</summary>
    public ref readonly PendingBatch Batch(int index) => ref _batches[index];

    /// <summary>Its loss: the sum over its rows.</summary>
    public double Loss(int index) => _sums[index * Sums];

    /// <summary>What it adds to the metric.</summary>
    public double Metric(int index) => _sums[(index * Sums) + 1];

    /// <summary>The squared norm of its gradient.</summary>
    public double SquaredNorm(int index) => _sums[(index * Sums) + 2];

    /// <summary>Gives up what was not read. What has passed since the last look was not spent on batches that are to come.</summary>
    public void Clear()
    {
        Count = 0;
        if (IsLate)
        {
            _lastRead = Stopwatch.GetTimestamp();
        }
    }

    public void Dispose() => Totals.Dispose();
}
