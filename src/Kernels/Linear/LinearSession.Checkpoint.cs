using System.Diagnostics;

namespace MLNet.GradientTrainers.Kernels;

/// <content>The run's state: when it is kept, and how a run goes on from it.</content>
internal sealed partial class LinearSession
{
    // When the epoch began, and what it had taken where the state was kept.
    private long _epochStarted;
    private double _secondsBefore;

    /// <summary>Takes the state of a run that was broken off, where there is one.</summary>
    private void Resume()
    {
        using Stream? stream = _checkpoints?.Open();
        if (stream is null)
        {
            return;
        }

        CheckpointReader reader = new(stream);
        Exchange(reader);
        reader.CheckEnd();
        int step = _singleRows is null ? _batchSize : RowsAtOnce;
        bool isBetween = (_rowsDone % step == 0 || _rowsDone == _rows.Length) && (uint)_rowsDone <= (uint)_rows.Length && (_begun || _rowsDone == 0);
        if (_epoch < 1 || _epoch - 1 != _history.Count || !isBetween || !double.IsFinite(_secondsBefore) || _reason is not (null or StopReason.EarlyStopping or StopReason.Converged))
        {
            throw new FormatException($"it stands after row {_rowsDone} of epoch {_epoch}, with {_history.Count} finished epochs of {_rows.Length} rows");
        }
    }

    private void KeepAfterRows()
    {
        if (_checkpoints is not null && _rowsDone < _rows.Length && _checkpoints.IsDue(CheckpointMoment.Update, _epoch))
        {
            Keep(CheckpointMoment.Update);
        }
    }

    private void KeepAfterEpoch()
    {
        if (_checkpoints is not null)
        {
            CheckpointMoment moment = _epoch > _options.Epochs || _reason is not null ? CheckpointMoment.End : CheckpointMoment.Epoch;
            if (_checkpoints.IsDue(moment, _epoch - 1))
            {
                Keep(moment);
            }
        }
    }

    private void KeepWhenCancelled()
    {
        // The token is only looked at where the weights stand between two updates.
        if (_checkpoints?.IsDue(CheckpointMoment.Cancelled, _epoch) == true)
        {
            Keep(CheckpointMoment.Cancelled);
        }
    }

    private void Keep(CheckpointMoment moment)
    {
        _secondsBefore = _begun ? Stopwatch.GetElapsedTime(_epochStarted).TotalSeconds : 0;
        _checkpoints!.Save(moment, stream => Exchange(new CheckpointWriter(stream)));
    }

    private void Exchange(CheckpointState state)
    {
        state.Part("linear 1");
        state.Same("batches in an epoch", _batches);
        state.Value(ref _epoch);
        state.Value(ref _begun);
        state.Value(ref _rowsDone);
        state.Value(ref _secondsBefore);
        state.Value(ref _sums);
        int reason = (int?)_reason ?? -1;
        state.Value(ref reason);
        _reason = reason < 0 ? null : (StopReason)reason;
        _shuffler.Exchange(state);
        RowOrder.Exchange(state, _rows);
        state.List(_history, _options.Epochs);
        _steps.Exchange(state);
        _end.Exchange(state);
        state.Same("guards", (_guard is null ? 0 : 1) + (_parabola is null ? 0 : 2) + (_cycles is null ? 0 : 4));
        _guard?.Exchange(state);
        _parabola?.Exchange(state);
        _cycles?.Exchange(state);
        ExchangePath(state);
    }

    /// <summary>The path of the weights, which begins with the start.</summary>
    private void ExchangePath(CheckpointState state)
    {
        state.Same("paths", _options.RecordPath ? 1 : 0);
        double[] model = new double[_start.Weights.Length + 1];
        for (int i = 1; _options.RecordPath && i <= _history.Count; i++)
        {
            if (!state.IsReading)
            {
                _path[i].Weights.CopyTo(model);
                model[^1] = _path[i].Bias;
            }

            state.Values<double>(model);
            if (state.IsReading)
            {
                _path.Add(new LinearModel(model.AsSpan(0, model.Length - 1), model[^1]));
            }
        }
    }
}
