using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Computes batches as a work item of the thread pool, one batch each time it runs. Then it queues up behind the callers that were just answered: what they ask next makes the next batch, so that
/// batches grow with the load, and nothing waits where there is none.
/// </summary>
internal sealed class BatchWorker<TIn, TOut> : IThreadPoolWorkItem
    where TIn : class, new()
    where TOut : class, new()
{
    private readonly BatchedPredictor<TIn, TOut> _owner;
    private readonly GradientModel<TIn, TOut> _model;
    private readonly ModelMetrics _metrics;
    private readonly long _longestDelay;
    private readonly BatchRequest<TIn, TOut>[] _requests;
    private readonly TIn[] _inputs;
    private readonly TOut?[] _outputs;
    private readonly Exception?[] _failures;
    private int _count;
    private int _lastCount;
    private long _gatheringSince;

    public BatchWorker(BatchedPredictor<TIn, TOut> owner, GradientModel<TIn, TOut> model, BatchingOptions options, ModelMetrics metrics)
    {
        (_owner, _model, _metrics) = (owner, model, metrics);
        _longestDelay = (long)(options.MaxDelay.TotalSeconds * Stopwatch.Frequency);
        _requests = new BatchRequest<TIn, TOut>[options.MaxBatchSize];
        _inputs = new TIn[options.MaxBatchSize];
        _outputs = new TOut?[options.MaxBatchSize];
        _failures = new Exception?[options.MaxBatchSize];
    }

    public void Execute()
    {
        int before = _count;
        Take();
        if (_count == 0)
        {
            _lastCount = 0;
            _owner.Rest(this);
            return;
        }

        if (IsToBeHeld(before))
        {
            Again();
            return;
        }

        _owner.StartAnother(_count == _requests.Length);
        _owner.Enter();
        Compute();
        _owner.Leave();
        Again();
    }

    private void Again() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void Take()
    {
        if (_count == 0)
        {
            _gatheringSince = 0;
        }

        int room = Math.Min(_requests.Length, _owner.Share(_count));
        while (_count < room && _owner.TryTake(out var request))
        {
            // Given up meanwhile.
            if (!request!.Task.IsCompleted)
            {
                _requests[_count] = request;
                _inputs[_count] = request.Input;
                _count++;
            }
        }
    }

    /// <summary>Whether a batch that is smaller than the last one gained rows since the last look, so that others are likely to come.</summary>
    private bool IsToBeHeld(int before)
    {
        if (_longestDelay == 0 || _count == before || _count >= _lastCount)
        {
            return false;
        }

        long now = Stopwatch.GetTimestamp();
        if (_gatheringSince == 0)
        {
            _gatheringSince = now;
        }

        return now - _gatheringSince < _longestDelay;
    }

    private void Compute()
    {
        int count = _count;
        string? version = null;
        Exception? failure = null;
        long began = Stopwatch.GetTimestamp();
        using (var activity = HostingActivities.StartBatch(_model.Name, count))
        {
            try
            {
                for (int i = 0; i < count; i++)
                {
                    _metrics.Dequeued(_model.Name, _requests[i].Began);
                }

                _metrics.Batch(_model.Name, count);
                version = _model.Predict(_inputs.AsSpan(0, count), _outputs, _failures);
                activity?.SetTag(HostingActivities.Version, version);
            }
            catch (Exception exception)
            {
                // No model yet, or one that can't score: it is each request's failure.
                failure = exception;
                activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            }
        }

        _owner.Note(count, began);
        for (int i = 0; i < count; i++)
        {
            _requests[i].Complete(_outputs[i], version, failure ?? _failures[i]);
        }

        Array.Clear(_requests, 0, count);
        Array.Clear(_inputs, 0, count);
        Array.Clear(_outputs, 0, count);
        Array.Clear(_failures, 0, count);
        (_lastCount, _count) = (count, 0);
    }
}
