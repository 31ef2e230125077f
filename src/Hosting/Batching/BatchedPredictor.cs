using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Gathers requests that come at the same time into batches, which a network of ours scores for a fraction of the cost of single rows, with the same bits. A request that comes alone is scored at
/// once; where requests are few and the model is fast, on the caller's own thread, before the task is returned. All rows of a batch are answered by the same model; a row that fails, fails alone. Added by <c>AddGradientModel(...).WithBatching()</c>.
/// </summary>
/// <typeparam name="TIn">The type of input rows.</typeparam>
/// <typeparam name="TOut">The type of predictions.</typeparam>
/// <remarks>Batches are computed on the thread pool: callers that block its threads while they wait keep it from work.</remarks>
public sealed class BatchedPredictor<TIn, TOut> : IAsyncDisposable, IDisposable
    where TIn : class, new()
    where TOut : class, new()
{
    /// <summary>Rows of a batch that cost little more each than those of a larger one.</summary>
    private const int SmallestShare = 16;

    private readonly GradientModel<TIn, TOut> _model;
    private readonly BatchingOptions _options;
    private readonly ModelMetrics _metrics;
    private readonly Channel<BatchRequest<TIn, TOut>> _queue;
    private readonly ConcurrentBag<BatchWorker<TIn, TOut>> _resting = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoneRequests _lone = new();
    private readonly int _mostWorkers;
    private int _workers;
    private int _computing;
    private volatile bool _isClosed;

    internal BatchedPredictor(GradientModel<TIn, TOut> model, BatchingOptions options, ModelMetrics metrics)
    {
        options.Check(model.Name);
        (_model, _options, _metrics) = (model, options, metrics);
        _mostWorkers = options.MaxConcurrentBatches ?? Environment.ProcessorCount;
        _queue = Channel.CreateBounded<BatchRequest<TIn, TOut>>(new BoundedChannelOptions(options.QueueCapacity));
        metrics.AddQueue(this, model.Name, () => QueueLength);
    }

    /// <summary>Requests that wait for their batch.</summary>
    public int QueueLength => _queue.Reader.Count;

    /// <summary>The model that predicts.</summary>
    public IGradientModel<TIn, TOut> Model => _model;

    /// <summary>The prediction for one row, computed together with those of other callers.</summary>
    /// <param name="input">The row. Not to be changed until the task is done.</param>
    /// <param name="cancellationToken">Gives this request up; others of its batch are not touched.</param>
    /// <exception cref="BatchQueueFullException">The queue is full, and <see cref="BatchingOptions.WhenFull"/> says to throw.</exception>
    /// <exception cref="ObjectDisposedException">The predictor takes no more requests.</exception>
    /// <exception cref="GradientModelNotLoadedException">There is no model yet.</exception>
    public Task<TOut> PredictAsync(TIn input, CancellationToken cancellationToken = default) => Send(input, cancellationToken, out _, out _);

    /// <summary>The same, with the version of the model that answered.</summary>
    /// <inheritdoc cref="PredictAsync" path="/*[self::param or self::exception]"/>
    public async Task<(TOut Prediction, string Version)> PredictWithVersionAsync(TIn input, CancellationToken cancellationToken = default)
    {
        TOut prediction = await Send(input, cancellationToken, out var request, out string? version).ConfigureAwait(false);
        return (prediction, version ?? request!.Version!);
    }

    /// <summary>Takes no more requests, and ends when those that it has are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        if (_queue.Writer.TryComplete())
        {
            _metrics.RemoveQueue(this);

            // Nobody may be there to see that nothing is left.
            Start();
        }

        await _drained.Task.ConfigureAwait(false);
        while (_lone.Any)
        {
            // A fraction of a millisecond, on another thread.
            await Task.Yield();
        }
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    internal bool TryTake(out BatchRequest<TIn, TOut>? request) => _queue.Reader.TryRead(out request);

    /// <summary>How many rows the next batch is to have: all that wait, or their share where other processors have no batch to compute. More would leave these without work, since callers ask again when they are answered.</summary>
    /// <param name="taken">Rows that it has already.</param>
    internal int Share(int taken)
    {
        int waiting = taken + QueueLength;
        int free = Math.Max(1, _mostWorkers - Volatile.Read(ref _computing));
        return waiting < 2 * SmallestShare ? waiting : Math.Max(SmallestShare, ((waiting - 1) / free) + 1);
    }

    /// <summary>Begins another batch at the same time where enough requests wait for it.</summary>
    /// <param name="isFull">Whether the batch before it could take no more.</param>
    internal void StartAnother(bool isFull)
    {
        if (QueueLength >= (isFull ? 1 : SmallestShare))
        {
            Start();
        }
    }

    /// <summary>A worker computes from now on, until it calls <see cref="Leave"/>.</summary>
    internal void Enter() => Interlocked.Increment(ref _computing);

    internal void Leave() => Interlocked.Decrement(ref _computing);

    /// <summary>Takes note of a batch that was computed.</summary>
    internal void Note(int rows, long began) => _lone.Note(rows, began);

    /// <summary>Ends a worker that found nothing to do.</summary>
    internal void Rest(BatchWorker<TIn, TOut> worker)
    {
        _resting.Add(worker);
        int left = Interlocked.Decrement(ref _workers);

        // A request that came before the worker was gone has started nobody.
        if (QueueLength > 0)
        {
            StartFirst();
        }
        else if (left == 0 && _queue.Reader.Completion.IsCompleted)
        {
            _drained.TrySetResult();
        }
    }

    private Task<TOut> Send(TIn input, CancellationToken cancellationToken, out BatchRequest<TIn, TOut>? request, out string? version)
    {
        ArgumentNullException.ThrowIfNull(input);
        (request, version) = (null, null);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TOut>(cancellationToken);
        }

        // A worker that has answered may still be about to look for more: it finds nothing.
        if (_lone.IsLikely && !_isClosed && Volatile.Read(ref _computing) == 0 && QueueLength == 0 && _lone.TryEnter())
        {
            return Compute(input, out version);
        }

        request = new BatchRequest<TIn, TOut>(input, _metrics.BeginQueue());
        request.CancelWith(cancellationToken);
        if (!_queue.Writer.TryWrite(request))
        {
            return WaitForPlaceAsync(request, cancellationToken);
        }

        StartFirst();
        return request.Task;
    }

    /// <summary>Computes a request that nobody waits beside, as the pool of engines does.</summary>
    private Task<TOut> Compute(TIn input, out string? version)
    {
        version = null;
        using var activity = HostingActivities.StartBatch(_model.Name, 1);
        try
        {
            _metrics.Dequeued(_model.Name, _metrics.BeginQueue());
            _metrics.Batch(_model.Name, 1);
            TOut output = _model.Predict(input, out version);
            activity?.SetTag(HostingActivities.Version, version);
            return Task.FromResult(output);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            return Task.FromException<TOut>(exception);
        }
        finally
        {
            _lone.Leave();
        }
    }

    private async Task<TOut> WaitForPlaceAsync(BatchRequest<TIn, TOut> request, CancellationToken cancellationToken)
    {
        try
        {
            if (_options.WhenFull == BatchQueueFullMode.Throw && !_isClosed)
            {
                _metrics.Rejected(_model.Name);
                throw new BatchQueueFullException($"{QueueLength} requests wait for the model '{_model.Name}' already. Try again later.");
            }

            await _queue.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            request.Abandon();
            throw new ObjectDisposedException(GetType().Name);
        }
        catch
        {
            request.Abandon();
            throw;
        }

        StartFirst();
        return await request.Task.ConfigureAwait(false);
    }

    private void StartFirst()
    {
        // Compared with a fence: a worker that goes to rest looks at the queue after it has counted itself out.
        if (Interlocked.CompareExchange(ref _workers, 1, 0) == 0)
        {
            Run();
        }
    }

    private void Start()
    {
        if (LimitedCount.TryRaise(ref _workers, _mostWorkers))
        {
            Run();
        }
    }

    private void Run()
    {
        // Behind the callers that are ready to run: what they ask for joins the batch.
        var worker = _resting.TryTake(out var rested) ? rested : new BatchWorker<TIn, TOut>(this, _model, _options, _metrics);
        ThreadPool.UnsafeQueueUserWorkItem(worker, preferLocal: false);
    }
}
