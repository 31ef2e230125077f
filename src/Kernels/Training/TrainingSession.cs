using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One run: everything that changes while training, and the loop itself. Nothing is allocated from batch to batch.</summary>
internal sealed partial class TrainingSession<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The seed's stream of random numbers for drawing the validation set.</summary>
    public const ulong SplitStream = 0;

    private const ulong ShuffleStream = 1;
    private const ulong PassStream = 2;
    private const int ScaleRows = 256;

    private readonly Network<T> _network;
    private readonly IBackend<T> _backend;
    private readonly TrainingOptions _options;
    private readonly TrainingData _data;
    private readonly TrainingData? _validation;
    private readonly BatchSource<T> _source;
    private readonly Metric _metric;
    private readonly int _columns;
    private readonly BatchBuffers<T> _batch;
    private readonly Evaluator<T> _evaluator;
    private readonly Replicas<T>? _replicas;
    private readonly OptimizerSteps<T> _steps;
    private readonly BestWeights<T> _best;
    private readonly DivergenceGuard _guard;
    private readonly RandomSource _shuffler;
    private readonly ulong _passKey;
    private readonly int[] _order;
    private readonly EpochBatches _batches;
    private readonly List<EpochRecord> _history = [];
    private readonly PendingBatches<T> _pending;
    private readonly ICheckpointStore? _checkpoints;
    private LossSums _sums;
    private double _updateScale;

    // The rate of the last update before the batch that is judged, and whether there was one: with a queue, updates have gone on since.
    private double _rate;
    private bool _updated;
    private ulong _passes;

    // Where the run stands: the epoch, whether its order of rows has been drawn, and its batches behind the weights.
    private int _epoch = 1;
    private bool _begun;
    private int _batchesDone;

    // Of the batches that were read together, how many there are, and how many have been judged.
    private int _read;
    private int _judged;

    /// <param name="networks">The network, or its replicas, the first of which is measured and ends with the weights.</param>
    /// <param name="options">The options, with nothing left open.</param>
    /// <param name="data">What to learn.</param>
    /// <param name="validation">What to measure on; null for nothing.</param>
    /// <param name="metric">What is measured beside the loss; null for what targets and loss call for.</param>
    /// <param name="threads">The replicas' threads; null for a network that trains alone.</param>
    /// <param name="processes">The other processes; null for none.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    public TrainingSession(
        IReadOnlyList<Network<T>> networks,
        TrainingOptions options,
        TrainingData data,
        TrainingData? validation,
        Metric? metric,
        ICheckpointStore? checkpoints,
        OwnerThreads? threads = null,
        SharedRun? processes = null)
    {
        Network<T> network = networks[0];
        _network = network;
        _backend = network.Backend;
        _options = options;
        _data = data;
        _validation = validation;
        _checkpoints = checkpoints;
        _source = new BatchSource<T>(data);
        _metric = metric ?? Metric.For(data.Targets, options.Loss.Link);
        _columns = network.Definition.OutputShape.Size;
        _batch = new BatchBuffers<T>(network);
        _pending = new PendingBatches<T>(_backend, isTold: threads is not null);
        _evaluator = new Evaluator<T>(network, options.Loss, _metric, _batch, ownsBatch: false);
        _batches = new EpochBatches(options, network.SmallestBatch, data.Count);
        _replicas = threads is null ? null : new Replicas<T>(networks, options, _metric, _batch, _batches.Updates, threads, processes);
        _steps = _replicas?.Steps ?? new OptimizerSteps<T>(network, options, _batches.Updates);
        _best = new BestWeights<T>(network, options.EarlyStopping, _metric, options.KeepsBest);
        _shuffler = new RandomSource(RandomKey.Derive(options.RandomSeed, ShuffleStream));
        _passKey = RandomKey.Derive(options.RandomSeed, PassStream);
        _order = new int[data.Count];
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        _rate = _steps.LearningRate;
        _guard = new DivergenceGuard(ZeroOutputLoss());
    }

    public TrainingResult Run()
    {
        Resume();
        StopReason reason = StopReason.Completed;
        try
        {
            while (_epoch <= _options.Epochs && !_best.ShouldStop)
            {
                EpochRecord record = RunEpoch(_epoch);
                _history.Add(record);
                EndEpoch(record);
                _best.Update(record);
                (_epoch, _begun, _batchesDone) = (_epoch + 1, false, 0);
                _options.OnEpoch?.Invoke(record);
                _steps.Average?.Hide();
                KeepAfterEpoch();
            }

            reason = _best.ShouldStop ? StopReason.EarlyStopping : StopReason.Completed;
            if (_network.Deferred is not null)
            {
                CheckWeights(_network.Parameters, _history.Count, _history[^1].TrainingLoss);
            }

            if (_guard.EndsHigh)
            {
                throw Diverged($"the loss ended above {DivergenceGuard.Factor} times its starting level", _history.Count, _batches.Count, _history[^1].TrainingLoss);
            }
        }
        catch (OperationCanceledException) when (_options.CancellationToken.IsCancellationRequested)
        {
            _steps.Average?.Hide();
            KeepWhenCancelled();
            if (!_options.ReturnsNow)
            {
                throw;
            }

            reason = StopReason.Cancelled;
        }
        catch
        {
            _steps.Average?.Hide();
            throw;
        }

        _steps.Average?.Show();
        bool restored = _options.WantsBest(reason == StopReason.Cancelled) && _best.Restore();
        if (reason == StopReason.Cancelled && !restored && _passes > 0)
        {
            // Nothing has judged the last updates.
            CheckWeights(_network.Parameters, (int)((_passes - 1) / (ulong)_batches.Count) + 1, _sums.Loss(_options.Loss, _columns), (int)((_passes - 1) % (ulong)_batches.Count) + 1);
        }

        return new TrainingResult(new TrainingHistory(_metric, _history.AsReadOnly()), _best.Epoch, restored, reason)
        {
            RowsLeftOut = _batches.LeftOut,
            Baseline = reason == StopReason.Cancelled ? null : new NetworkBaseline<T>(_network, _options.Loss, _metric, _batch).Compare(_data, _validation),
        };
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _pending.Dispose();
        _batch.Dispose();
        _steps.Dispose();
        _replicas?.Dispose();
        _best.Dispose();
    }

    private void EndEpoch(in EpochRecord record)
    {
        if (_replicas is null)
        {
            _steps.EndEpoch(record);
        }
        else
        {
            _replicas.EndEpoch(record);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private EpochRecord RunEpoch(int epoch)
    {
        BeginEpoch();
        long started = _epochStarted;
        BatchSource<T> source = _source.ForEpoch(epoch);
        _pending.Clear();
        while (_batchesDone < _batches.Count)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            _isInBatch = true;
            TrainBatch(source, epoch, _batchesDone);
            _batchesDone++;
            _isInBatch = false;
            if (_pending.IsDue || _batchesDone == _batches.Count)
            {
                Report(epoch, started);
            }

            if (_checkpoints is not null)
            {
                KeepAfterBatch();
            }
        }

        CheckWeights(_network.LateParameters, epoch, _sums.Loss(_options.Loss, _columns));
        _steps.Average?.Show();
        EvaluationResult validation = Validate(epoch);
        return new EpochRecord(
            epoch,
            _sums.Loss(_options.Loss, _columns),
            _sums.Metric(_metric, _columns),
            validation.Loss,
            validation.Metric,
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            _steps.LearningRate);
    }

    /// <summary>Draws the order of the epoch's rows; of an epoch that was broken off all that is known already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BeginEpoch()
    {
        _epochStarted = Stopwatch.GetTimestamp();
        if (_begun)
        {
            RowWindows.Announce(_order, _data.Features);
            _epochStarted -= (long)(_secondsBefore * Stopwatch.Frequency);
            return;
        }

        if (_options.Shuffle && (_batches.Count > 1 || _batches.LeftOut > 0))
        {
            RowWindows.Shuffle(_shuffler, _order, _data.Features);
        }

        _sums = default;
        _begun = true;
    }

    private void CheckWeights(Tensor<T> weights, int epoch, double loss, int? batch = null)
    {
        if (!double.IsFinite(_backend.SumOfSquares(weights)) && !AreFinite(weights))
        {
            throw Diverged("a weight became infinite or NaN", epoch, batch ?? _batches.Count, loss);
        }
    }

    /// <summary>Whether all are numbers, also where the square of one is none, such as of the scale of tiny features.</summary>
    private bool AreFinite(Tensor<T> weights)
    {
        T[] values = new T[weights.Length];
        _backend.Read(weights, values);
        return Array.TrueForAll(values, T.IsFinite);
    }

    /// <summary>One batch, and after the last one of an update the update. Its loss is judged before the update where the back end has it by then, else with the next report.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TrainBatch(in BatchSource<T> source, int epoch, int batch)
    {
        int start = _batches.Start(batch);
        int count = _batches.RowsOf(batch);
        bool first = batch % _options.AccumulationSteps == 0;
        if (first)
        {
            // A mean is over the rows of the whole update, so that its batches need only be added up; see AverageWeight.
            int rows = _batches.RowsOf(batch, _options.AccumulationSteps);
            _updateScale = LossSums.Scale(_options.Loss, rows * _data.MeanWeight, _columns);
        }

        if (_replicas is not null)
        {
            TrainSharded(source, epoch, batch, first);
            return;
        }

        _batch.Load(source, _order.AsSpan(start, count));
        Tensor<T> prediction = _batch.Forward(count, training: true, RandomKey.Derive(_passKey, _passes++));
        Tensor<T> gradient = _network.OutputGradient.Slice(0, count * _columns);
        LossPass<T> pass = _batch.Pass(prediction, gradient, _updateScale, count);
        _metric.Measure(_backend, pass, _pending.Totals, _pending.MetricIndex);
        _options.Loss.Evaluate(_backend, pass);
        _backend.Sum(pass.RowLosses, _pending.Totals, _pending.LossIndex);
        PendingBatch pending = new(batch + 1, start + count, _batch.WeightSum, _batch.AverageWeight, _steps.LearningRate, IsClipped: false, IsJudged: false);
        double loss = double.NaN;

        // A queue is waited for, too, before the first update: what is too large to begin with is told by the weights of the start.
        bool judged = !_pending.IsLate || _steps.Count == 0;
        if (judged)
        {
            _pending.Add(pending);
            _pending.Read();
            loss = Judge(epoch, 0);
        }

        _network.Backward(gradient, count);
        _steps.Accumulate(first);
        bool last = EndsUpdate(batch);
        if (last && !_steps.Step(epoch, _pending.Totals, _pending.NormIndex))
        {
            throw GradientDiverged(epoch, pending, loss);
        }

        _pending.Add(pending with { LearningRate = _steps.LearningRate, IsClipped = last && _steps.ClipsLater, IsJudged = judged });
    }

    /// <summary>The same by all replicas, whose loss is there and judged before the update.</summary>
    private void TrainSharded(in BatchSource<T> source, int epoch, int batch, bool first)
    {
        int start = _batches.Start(batch);
        int count = _batches.RowsOf(batch);
        _replicas!.Compute(source, _order.AsMemory(start, count), _updateScale, RandomKey.Derive(_passKey, _passes++));
        PendingBatch pending = new(batch + 1, start + count, _replicas.WeightSum, count * _data.MeanWeight, _steps.LearningRate, IsClipped: false, IsJudged: false);
        _pending.Add(pending);
        _pending.Tell(_replicas.Loss, _replicas.Metric);
        double loss = Judge(epoch, 0);
        bool last = EndsUpdate(batch);
        if (!_replicas.Step(epoch, first, last, _pending.Totals, _pending.NormIndex))
        {
            throw GradientDiverged(epoch, pending, loss);
        }

        bool clipped = last && _steps.ClipsLater;
        if (clipped)
        {
            _pending.ReadNorm();
        }

        _pending.Add(pending with { LearningRate = _steps.LearningRate, IsClipped = clipped, IsJudged = true });
    }

    private bool EndsUpdate(int batch) => batch + 1 == _batches.Count || (batch + 1) % _options.AccumulationSteps == 0;

    /// <summary>Judges and tells the batches since the last report.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Report(int epoch, long started)
    {
        // Without a queue the sums are there, and have been judged before the update.
        _read = _pending.IsLate ? _pending.Read() : 1;
        _judged = 0;
        int rows = _pending.Batch(_read - 1).Rows;
        while (_judged < _read)
        {
            if (_judged > 0)
            {
                // As before a batch without a queue: a callback that cancels is not told of any more.
                _options.CancellationToken.ThrowIfCancellationRequested();
            }

            ref readonly PendingBatch batch = ref _pending.Batch(_judged);
            double loss = TakeRead(epoch);
            _options.OnBatch?.Invoke(new BatchProgress(
                TrainingPhase.Training,
                epoch,
                _options.Epochs,
                batch.Number,
                _batches.Count,
                LossSums.Reduce(_options.Loss, loss, batch.AverageWeight, _columns),
                batch.LearningRate,
                rows / Stopwatch.GetElapsedTime(started).TotalSeconds));
        }

        _pending.Clear();
    }

    /// <summary>Judges the next of the batches that have been read, unless that was done before its update; returns the sum of its row losses.</summary>
    private double TakeRead(int epoch)
    {
        int i = _judged++;
        ref readonly PendingBatch batch = ref _pending.Batch(i);
        double loss = batch.IsJudged ? _pending.Loss(i) : Judge(epoch, i);
        if (batch.IsClipped && !double.IsFinite(_pending.SquaredNorm(i)))
        {
            throw GradientDiverged(epoch, batch, loss);
        }

        _rate = batch.LearningRate;
        _updated |= EndsUpdate(batch.Number - 1);
        return loss;
    }

    /// <summary>Adds a batch that has been read to the epoch's sums, and ends a run that diverges; returns the sum of its row losses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Judge(int epoch, int index)
    {
        ref readonly PendingBatch batch = ref _pending.Batch(index);
        double loss = _pending.Loss(index);
        _sums.Add(loss, batch.WeightSum, _pending.Metric(index));
        if (!double.IsFinite(loss))
        {
            throw Diverged(Became("loss", loss), epoch, batch.Number, loss);
        }

        if (batch.WeightSum > 0 && _guard.Add(loss / batch.AverageWeight))
        {
            throw Diverged(
                $"the loss stayed above {DivergenceGuard.Factor} times its starting level for {DivergenceGuard.Streak} batches or more, and kept growing",
                epoch,
                batch.Number,
                LossSums.Reduce(_options.Loss, loss, batch.AverageWeight, _columns));
        }

        return loss;
    }

    private DivergenceException GradientDiverged(int epoch, in PendingBatch batch, double loss) =>
        Diverged("the gradient became infinite or NaN", epoch, batch.Number, LossSums.Reduce(_options.Loss, loss, batch.AverageWeight, _columns));

    private EvaluationResult Validate(int epoch)
    {
        if (_validation is null)
        {
            return new EvaluationResult(double.NaN, double.NaN);
        }

        BatchProgress template = new(TrainingPhase.Validation, epoch, _options.Epochs, 0, 0, 0, _steps.LearningRate, 0);
        EvaluationResult result = _evaluator.Evaluate(new BatchSource<T>(_validation), _options.CancellationToken, _options.OnBatch, template, _replicas?.Processes);
        return double.IsFinite(result.Loss) ? result : throw Diverged(Became("validation loss", result.Loss), epoch, _batches.Count, result.Loss, validating: true);
    }

    /// <summary>
    /// The error to throw; instead, a number in the data that is none is reported when there is one. Where the validation data gave it away, it may be what is too large.
    /// </summary>
    private DivergenceException Diverged(string what, int epoch, int batch, double loss, bool validating = false)
    {
        DataChecks.ThrowIfNotFinite(_data, "training");
        if (_validation is not null)
        {
            DataChecks.ThrowIfNotFinite(_validation, "validation");
        }

        float[]? start = _updated ? null : _network.Save().Values[.._network.Definition.TrainableLength];
        Magnitudes numbers = Magnitudes.Of(_data, _options, Magnitudes.Training, start);
        if (validating && numbers.Cause.Length == 0)
        {
            numbers = Magnitudes.Of(_validation!, _options, "validation", start);
        }

        if (_network.Definition.Layers[0] is Normalization)
        {
            // What scales them makes their size no cause.
            numbers = numbers with { Features = 0, FeatureSize = 0 };
        }

        return new DivergenceException(what, epoch, batch, _batches.Count, _rate, loss, _updated, usableRate: null, numbers, _options.UpdateRule);
    }

    private static string Became(string what, double loss) => string.Create(CultureInfo.InvariantCulture, $"the {what} became {loss}");

    /// <summary>The loss of an output of zeros for each unit of weight, over some rows spread evenly: the scale that the guard compares with.</summary>
    private double ZeroOutputLoss()
    {
        Span<int> rows = stackalloc int[ScaleRows];
        int total = Math.Min(ScaleRows, _order.Length);
        for (int i = 0; i < total; i++)
        {
            rows[i] = (int)((long)i * _order.Length / total);
        }

        LossSums sums = default;
        for (int start = 0; start < total; start += _network.MaxRows)
        {
            int count = Math.Min(_network.MaxRows, total - start);
            Tensor<T> zeros = _network.OutputGradient.Slice(0, count * _columns);
            _backend.Fill(zeros, T.Zero);
            _batch.LoadTargets(_source, rows.Slice(start, count));
            LossPass<T> pass = _batch.Pass(zeros, default, 1, count);
            _options.Loss.Evaluate(_backend, pass);
            sums.Add(_backend.Sum(pass.RowLosses), _batch.WeightSum, 0);
        }

        return sums.LossPerWeight;
    }
}
