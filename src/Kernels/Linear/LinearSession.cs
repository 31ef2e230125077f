using System.Diagnostics;
using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One run of a linear regression: everything that changes while training, and the loop over epochs.</summary>
internal sealed partial class LinearSession : IDisposable
{
    /// <summary>The seed's stream of random numbers for drawing the validation set.</summary>
    public const ulong SplitStream = 0;

    private const ulong ShuffleStream = 1;

    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsAtOnce = 1024;

    /// <summary>Values of rows, some hundredths of a second's worth, between two questions to the other processes.</summary>
    private const int ValuesBetweenQuestions = 1 << 24;

    /// <summary>How far ahead the memory is asked for single rows: in random order it can't guess them, and in order it stops guessing at the end of each page.</summary>
    private const int PrefetchRows = 16;

    private readonly LinearOptions _options;
    private readonly LinearData _data;
    private readonly LinearKernel _kernel;
    private readonly int[] _rows;
    private readonly LinearData? _validation;
    private readonly FullPass _all;
    private readonly LinearRowSet? _validationSet;
    private readonly FullPass? _validationRows;
    private readonly bool _fullBatch;
    private readonly int _batchSize;
    private readonly int _batches;

    // The rates of the next rows; null where a step is not of a single row, or not a plain one.
    private readonly double[]? _singleRows;
    private readonly LinearModel _start;
    private readonly bool _isTrial;
    private readonly CycleEnd? _cycles;
    private readonly ICheckpointStore? _checkpoints;
    private readonly SharedRun? _processes;
    private readonly BatchPass _batch;
    private readonly LinearSteps _steps;
    private readonly LinearEnd _end;

    // For a rate that does not change; one that falls may still catch a loss that grew.
    private readonly DivergenceGuard? _guard;
    private readonly ParabolaGuard? _parabola;
    private readonly RandomSource _shuffler;
    private readonly double _meanWeight;
    private readonly List<EpochRecord> _history = [];
    private readonly List<LinearModel> _path = [];

    // Where the run stands: the epoch, whether its order of rows has been drawn, its rows behind the weights and their sums.
    private int _epoch = 1;
    private bool _begun;
    private int _rowsDone;
    private LinearSums _sums;
    private double _valuesSinceAsked;
    private StopReason? _reason;

    public LinearSession(
        LinearOptions options,
        LinearData data,
        int[] rows,
        LinearData? validation,
        int[] validationRows,
        LinearModel start,
        bool isTrial = false,
        CycleEnd? cycles = null,
        ICheckpointStore? checkpoints = null,
        SharedRun? processes = null)
    {
        _options = options;
        _data = data;
        _rows = rows;
        _validation = validation;
        _start = start;
        _isTrial = isTrial;
        _cycles = cycles;
        _checkpoints = checkpoints;
        _processes = processes;
        _kernel = LinearKernel.Create(data, options.Loss);
        _all = new FullPass(_kernel, rows, data.Width, options.NumberOfThreads ?? 0, processes);
        if (validation is not null)
        {
            _validationSet = new LinearRowSet(ReferenceEquals(validation, data) ? _kernel : LinearKernel.Create(validation, options.Loss), validation, validationRows);
            _validationRows = new FullPass(_validationSet.Kernel, validationRows, data.Width, options.NumberOfThreads ?? 0, processes);
        }

        _batchSize = Math.Min(options.BatchRows, rows.Length);
        _fullBatch = _batchSize == rows.Length;
        _batches = (int)(((long)rows.Length + _batchSize - 1) / _batchSize);
        _batch = new BatchPass(_kernel, data, _batchSize, processes);
        _steps = new LinearSteps(options, start, _batches);
        _singleRows = _batchSize == 1 && !_fullBatch && _steps.IsBare && (_steps.Penalties == default || _kernel.DescendsWithPenalties) ? new double[RowsAtOnce] : null;
        _end = new LinearEnd(options, _steps);
        _shuffler = new RandomSource(RandomKey.Derive(options.RandomSeed, ShuffleStream));
        _meanWeight = MeanWeight(data, rows);
        double level = StartingLevel.PerWeight(_kernel, rows.AsSpan(0, Math.Min(RowsAtOnce, rows.Length)), start);
        bool isConstant = options.Schedule is ConstantRate;
        _guard = isConstant ? new DivergenceGuard(level, _batches) : null;
        _parabola = isConstant && _fullBatch && _steps.IsBare && options.Loss is MeanSquaredError ? new ParabolaGuard(level) : null;
    }

    public LinearResult Run()
    {
        if (_options.RecordPath)
        {
            _path.Add(_start);
        }

        Resume();
        try
        {
            while (_epoch <= _options.Epochs && _reason is null)
            {
                _options.CancellationToken.ThrowIfCancellationRequested();
                EpochRecord record = RunEpoch(_epoch);
                _history.Add(record);
                _steps.EndEpoch(record);
                if (_options.RecordPath)
                {
                    _path.Add(_steps.ToModel());
                }

                _reason = _end.Add(record);
                if (_reason is null && _cycles?.IsConverged(record, _all, _steps.Result, _steps.Gradient) == true)
                {
                    _reason = StopReason.Converged;
                }

                (_epoch, _begun, _rowsDone) = (_epoch + 1, false, 0);
                _options.OnEpoch?.Invoke(record);
                KeepAfterEpoch();
            }
        }
        catch (OperationCanceledException) when (_options.CancellationToken.IsCancellationRequested)
        {
            KeepWhenCancelled();
            if (!_options.ReturnsNow)
            {
                throw;
            }

            _reason = StopReason.Cancelled;
        }

        LinearModel model = _end.Model(_reason == StopReason.Cancelled, out bool restored);
        if (_reason != StopReason.Cancelled && StartingLevel.IsExceeded(_kernel, _rows, _start, model))
        {
            throw Diverged("the model ended far worse than it started", _history.Count, _batches, _history[^1].TrainingLoss);
        }

        return new LinearResult(
            model,
            new TrainingHistory(new RootMeanSquaredError(), _history.AsReadOnly()),
            _fullBatch ? FinalLoss(model) : double.NaN,
            _end.BestEpoch,
            restored,
            _reason ?? StopReason.Completed,
            _path.AsReadOnly())
        {
            Baseline = _isTrial || _reason == StopReason.Cancelled ? null : LinearBaseline.Compare(_options, model, _start, new LinearRowSet(_kernel, _data, _rows), _validationSet),
        };
    }

    public void Dispose()
    {
        _all.Dispose();
        _validationRows?.Dispose();
    }

    private EpochRecord RunEpoch(int epoch)
    {
        BeginEpoch();
        LinearSums sums = _fullBatch ? FullBatch(epoch) : _singleRows is not null ? SingleRows(epoch) : Batches(epoch);
        double loss = sums.Reduced(_options.Loss);
        if (!_steps.AreFinite)
        {
            throw Diverged("a weight became infinite or NaN", epoch, _batches, loss);
        }

        double perWeight = sums.Weight > 0 ? sums.Loss / sums.Weight : 0;
        if (_parabola?.Add(perWeight) == true)
        {
            throw Diverged("the loss kept growing from epoch to epoch, above where it started", epoch, _batches, loss);
        }

        if (_guard?.Add(perWeight) == true)
        {
            throw Diverged($"the loss kept growing above {DivergenceGuard.Factor} times its starting level", epoch, _batches, loss);
        }

        LinearSums validation = _validationRows?.Measure(_steps.Result) ?? default;
        double validationLoss = _validationRows is null ? double.NaN : validation.Reduced(_options.Loss);
        if (_validationRows is not null && !double.IsFinite(validationLoss))
        {
            throw Diverged(Became("validation loss", validationLoss), epoch, _batches, validationLoss);
        }

        return new EpochRecord(
            epoch,
            loss,
            sums.RootMeanSquaredError,
            validationLoss,
            _validationRows is null ? double.NaN : validation.RootMeanSquaredError,
            Stopwatch.GetElapsedTime(_epochStarted).TotalSeconds,
            _steps.LearningRate);
    }

    /// <summary>Draws the order of the epoch's rows; of an epoch that was broken off it is known already.</summary>
    private void BeginEpoch()
    {
        _epochStarted = Stopwatch.GetTimestamp();
        if (_begun)
        {
            RowWindows.Announce(_rows, _data.Features);
            _epochStarted -= (long)(_secondsBefore * Stopwatch.Frequency);
            return;
        }

        if (_options.Shuffle && !_fullBatch)
        {
            RowWindows.Shuffle(_shuffler, _rows, _data.Features);
        }

        _sums = default;
        _begun = true;
    }

    private LinearSums FullBatch(int epoch)
    {
        if (_rowsDone == _rows.Length)
        {
            return _sums;
        }

        LinearSums sums = _all.Gradient(_steps.Parameters, _steps.Gradient);
        CheckFinite(sums, epoch, 1);
        _steps.CompleteGradient(Factor(_rows.Length));
        if (!_end.HasSmallGradient())
        {
            _steps.Step(epoch);
        }

        _rowsDone = _rows.Length;
        AskAfter(_rows.Length);
        return _sums = sums;
    }

    /// <summary>Asks the other processes, after rows that are worth a message, whether one of them wants to end the run: all look at their token at the same places then.</summary>
    private void AskAfter(int rows)
    {
        _valuesSinceAsked += rows * (_data.ValuesOfRow + 1);
        if (_processes is not null && _valuesSinceAsked >= ValuesBetweenQuestions)
        {
            _processes.Ask();
            _valuesSinceAsked = 0;
        }
    }

    private LinearSums Batches(int epoch)
    {
        while (_rowsDone < _rows.Length)
        {
            int start = _rowsDone;
            if (start % RowsAtOnce < _batchSize)
            {
                _options.CancellationToken.ThrowIfCancellationRequested();
            }

            ReadOnlySpan<int> rows = _rows.AsSpan(start, Math.Min(_batchSize, _rows.Length - start));
            LinearSums sums = _batch.Gradient(rows, _steps.Parameters, _steps.Gradient);
            CheckFinite(sums, epoch, (start / _batchSize) + 1);
            _steps.CompleteGradient(Factor(rows.Length));
            _steps.Step(epoch);
            _sums += sums;
            _rowsDone += rows.Length;
            KeepAfterRows();
            AskAfter(rows.Length);
        }

        return _sums;
    }

    private LinearSums SingleRows(int epoch)
    {
        while (_rowsDone < _rows.Length)
        {
            int at = _rowsDone;
            _options.CancellationToken.ThrowIfCancellationRequested();
            Span<double> rates = _singleRows.AsSpan(0, Math.Min(RowsAtOnce, _rows.Length - at));
            _steps.NextRates(epoch, rates);
            int ahead = Math.Min(_rows.Length, at + PrefetchRows);
            int done = _kernel.Descend(
                _rows.AsSpan(at, rates.Length), _rows.AsSpan(ahead), rates, Factor(1), _steps.Penalties, _options.FitIntercept, _steps.Parameters, ref _sums);
            if (done < rates.Length)
            {
                throw Diverged("the loss became infinite or NaN", epoch, at + done + 1, double.PositiveInfinity);
            }

            _rowsDone += done;
            KeepAfterRows();
            AskAfter(done);
        }

        return _sums;
    }

    /// <summary>
    /// Turns the gradient of a batch's sum into that of the reduced loss. A mean is over the batch's rows, each with its share of an average row's weight, so
    /// that every batch gives an unbiased estimate of the gradient over all rows, and weights count even where a batch is one row.
    /// </summary>
    private double Factor(int rows) => _options.Loss.Reduction == Reduction.Sum ? 1 : 1 / (rows * _meanWeight);

    private void CheckFinite(in LinearSums sums, int epoch, int batch)
    {
        if (!double.IsFinite(sums.Loss))
        {
            throw Diverged(Became("loss", sums.Loss), epoch, batch, sums.Loss);
        }
    }

    private double FinalLoss(LinearModel model) => _all.Measure([.. model.Weights, model.Bias]).Reduced(_options.Loss);

    /// <summary>The error to throw; instead, a number in the data that is none is reported when there is one.</summary>
    private DivergenceException Diverged(string what, int epoch, int batch, double loss)
    {
        bool updated = _steps.Count > 0;
        double? usable = null;
        Magnitudes? numbers = null;
        if (!_isTrial)
        {
            _data.ThrowIfNotFinite("training");
            _validation?.ThrowIfNotFinite("validation");
            usable = updated ? UsableRate.Find(_kernel, _data, _rows, _options, _start) : null;
            numbers = Magnitudes.Of(_data, _options, Magnitudes.Training, updated ? null : _start);
        }

        return new DivergenceException(what, epoch, batch, _batches, _steps.LearningRate, loss, updated, usable, numbers);
    }

    private static string Became(string what, double loss) => string.Create(CultureInfo.InvariantCulture, $"the {what} became {loss}");

    private static double MeanWeight(LinearData data, int[] rows)
    {
        if (data.Weights is null)
        {
            return 1;
        }

        double sum = 0;
        foreach (int row in rows)
        {
            sum += data.Weights[row];
        }

        return sum > 0 ? sum / rows.Length : 1;
    }
}
