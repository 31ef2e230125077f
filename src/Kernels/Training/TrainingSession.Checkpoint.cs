using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <content>The run's state: when it is kept, and how a run goes on from it.</content>
internal sealed partial class TrainingSession<T>
{
    // Whether a batch is on its way: then the state is neither that before it nor that after it.
    private bool _isInBatch;

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
        if (_replicas is not null)
        {
            _replicas.Exchange(reader, stream);
        }
        else
        {
            Exchange(reader, _network, _steps);
        }

        reader.CheckEnd();
        if (_epoch < 1 || !double.IsFinite(_secondsBefore) || _epoch - 1 != _history.Count || (uint)_batchesDone > (uint)_batches.Count || (!_begun && _batchesDone > 0))
        {
            throw new FormatException($"it stands after batch {_batchesDone} of epoch {_epoch}, with {_history.Count} finished epochs of {_batches.Count} batches");
        }
    }

    private void KeepAfterBatch()
    {
        if (!EndsUpdate(_batchesDone - 1) || _batchesDone == _batches.Count || !_checkpoints!.IsDue(CheckpointMoment.Update, _epoch))
        {
            return;
        }

        if (_pending.Count > 0)
        {
            Report(_epoch, _epochStarted);
        }

        Keep(CheckpointMoment.Update);
    }

    private void KeepAfterEpoch()
    {
        if (_checkpoints is not null)
        {
            CheckpointMoment moment = _epoch > _options.Epochs || _best.ShouldStop ? CheckpointMoment.End : CheckpointMoment.Epoch;
            if (_checkpoints.IsDue(moment, _epoch - 1))
            {
                Keep(moment);
            }
        }
    }

    private void KeepWhenCancelled()
    {
        if (_checkpoints is null || _isInBatch || !_checkpoints.IsDue(CheckpointMoment.Cancelled, _epoch))
        {
            return;
        }

        try
        {
            TakeAll();
        }
        catch (DivergenceException)
        {
            // It was cancelled before it noticed, and will notice again from where it stood before.
            return;
        }

        Keep(CheckpointMoment.Cancelled);
    }

    /// <summary>Judges what was read or is on its way, without callbacks: they have had their say.</summary>
    private void TakeAll()
    {
        while (_judged < _read)
        {
            TakeRead(_epoch);
        }

        if (_pending.IsLate && _pending.Count > 0)
        {
            (_read, _judged) = (_pending.Read(), 0);
            while (_judged < _read)
            {
                TakeRead(_epoch);
            }
        }
    }

    private void Keep(CheckpointMoment moment)
    {
        _secondsBefore = _begun ? Stopwatch.GetElapsedTime(_epochStarted).TotalSeconds : 0;
        _checkpoints!.Save(moment, stream =>
        {
            CheckpointWriter writer = new(stream);
            Exchange(writer);
            Exchange(writer, _network, _steps);
        });
    }

    /// <summary>What every replica has for itself.</summary>
    internal static void Exchange(CheckpointState state, Network<T> network, OptimizerSteps<T> steps)
    {
        state.Part("weights");
        state.Tensor(network.Backend, network.LateParameters);
        steps.Exchange(state);
    }

    private void Exchange(CheckpointState state)
    {
        state.Part("network 1");
        state.Same("bytes in a number", Unsafe.SizeOf<T>());
        state.Same("batches in an epoch", _batches.Count);
        for (int layer = 0; layer < _network.LayerRates.Count; layer++)
        {
            state.Same($"factor of the learning rate of layer {layer + 1} (0 where it is frozen)", _network.LayerRates[layer]);
        }

        state.Value(ref _epoch);
        state.Value(ref _begun);
        state.Value(ref _batchesDone);
        state.Value(ref _secondsBefore);
        state.Value(ref _passes);
        state.Value(ref _sums);
        state.Value(ref _updateScale);
        state.Value(ref _rate);
        state.Value(ref _updated);
        _shuffler.Exchange(state);
        RowOrder.Exchange(state, _order);
        state.List(_history, _options.Epochs);
        _guard.Exchange(state);
        _best.Exchange(state);
        bool hasAverage = _steps.Average is not null;
        state.Same("means of the weights", hasAverage ? 1 : 0);
        _steps.Average?.Exchange(state);
    }
}
