using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model by its name, whichever one answers at the moment. <see cref="ModelOwner{TIn, TOut}"/> closes it.</summary>
internal sealed class GradientModel<TIn, TOut> : IGradientModel<TIn, TOut>
    where TIn : class, new()
    where TOut : class, new()
{
    private readonly MLContext _context;
    private readonly IModelSource _source;
    private readonly GradientModelOptions _options;
    private readonly IReadOnlyList<ModelProbe<TIn, TOut>> _probes;
    private readonly ModelMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _loading = new(1);
    private readonly FileWatch? _watch;
    private ServedModel<TIn, TOut>? _current;
    private GradientModelStatus _status = new(null, null, 0, 0, null);
    private string? _refused;
    private volatile bool _isDisposed;

    /// <summary>Loads the model, and begins to watch its file.</summary>
    /// <exception cref="InvalidOperationException">It can't be loaded, with the reason in a sentence.</exception>
    public GradientModel(
        string name, IModelSource source, MLContext context, GradientModelOptions options, IReadOnlyList<ModelProbe<TIn, TOut>> probes, ModelMetrics metrics, ILogger logger, TimeProvider time)
    {
        options.Check(name);
        (Name, _source, _context, _options, _metrics, _logger, _time) = (name, source, context, options, metrics, logger, time);
        _probes = probes.Count > 0 ? probes : options.Probe ? [new ModelProbe<TIn, TOut>(null, null)] : [];
        var first = Reload();
        if (first.Outcome == ModelReloadOutcome.Refused && !(options.WaitForFile && _refused == ModelSourceException.MissingKey))
        {
            string advice = _refused == ModelSourceException.MissingKey ? $" Put a model there first ({nameof(ModelStore)}.{nameof(ModelStore.Publish)} for a store), or let the service start without one: Configure(options => options.{nameof(options.WaitForFile)} = true)." : "";
            throw new InvalidOperationException($"The model '{name}' can't be served: {first.Problem}{advice}");
        }

        _metrics.Add(this, () => Volatile.Read(ref _current)?.Engines.Count ?? 0);
        if (source.WatchedFile is { } path)
        {
            _watch = new FileWatch(path, options.PollInterval, Look, logger);
        }
    }

    public string Name { get; }

    public GradientModelStatus Status => Volatile.Read(ref _status);

    public string? Version => Volatile.Read(ref _current)?.Version;

    public DateTimeOffset? LoadedAt => Volatile.Read(ref _current)?.LoadedAt;

    public TOut Predict(TIn input) => Predict(input, out _);

    /// <summary>The same, with the version that answered.</summary>
    internal TOut Predict(TIn input, out string version)
    {
        ArgumentNullException.ThrowIfNull(input);
        long began = _metrics.Begin();
        var engine = Rent(out var model);
        version = model.Version;
        try
        {
            var output = engine.Predict(input);
            _metrics.Predicted(Name, began, 1);
            return output;
        }
        catch (Exception exception)
        {
            _metrics.Failed(Name, began, exception);
            throw;
        }
        finally
        {
            model.Engines.Return(engine);
        }
    }

    public TOut[] Predict(IReadOnlyList<TIn> inputs) => Predict(inputs, out _);

    public TOut[] Predict(IReadOnlyList<TIn> inputs, out string version)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        TIn[] rows = [.. inputs];
        if (Array.IndexOf(rows, null) is >= 0 and int missing)
        {
            throw new ArgumentException($"Row {missing} is null.", nameof(inputs));
        }

        var outputs = new TOut?[rows.Length];
        var failures = new Exception?[rows.Length];
        version = Predict(rows, outputs, failures);
        int failed = Array.FindIndex(failures, failure => failure is not null);
        if (failed >= 0)
        {
            throw new InvalidOperationException($"Row {failed} of {rows.Length}: {failures[failed]!.Message}", failures[failed]);
        }

        return outputs!;
    }

    /// <summary>The predictions for several rows by one model; each row fails on its own.</summary>
    /// <returns>The version that answered.</returns>
    internal string Predict(ReadOnlySpan<TIn> inputs, Span<TOut?> outputs, Span<Exception?> failures)
    {
        long began = _metrics.Begin();
        var engine = Rent(out var model);
        try
        {
            engine.Predict(inputs, outputs, failures);
            _metrics.Predicted(Name, began, failures[..inputs.Length]);
            return model.Version;
        }
        catch (Exception exception)
        {
            _metrics.Failed(Name, began, exception);
            throw;
        }
        finally
        {
            model.Engines.Return(engine);
        }
    }

    public GradientModelLease Lease()
    {
        while (true)
        {
            // Null when a newer model has taken its place meanwhile.
            if ((Volatile.Read(ref _current) ?? throw NotLoaded()).TryLease() is { } lease)
            {
                return lease;
            }
        }
    }

    public async Task<ModelReload> ReloadAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Loading is work for a processor, and whoever asks may be a thread that answers requests.
            return await Task.Run(Reload, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Predicts no more, and lets the model go when its last request is done.</summary>
    public void Close()
    {
        if (!_isDisposed)
        {
            _watch?.Dispose();
            _loading.Wait();
            _isDisposed = true;
            _loading.Release();
            _metrics.Remove(this);
            Interlocked.Exchange(ref _current, null)?.Engines.Close();
        }
    }

    private void Look()
    {
        _loading.Wait();
        try
        {
            Reload();
        }
        finally
        {
            _loading.Release();
        }
    }

    private RowEngine<TIn, TOut> Rent(out ServedModel<TIn, TOut> model)
    {
        while (true)
        {
            model = Volatile.Read(ref _current) ?? throw NotLoaded();

            // Null when a newer model has taken its place meanwhile.
            if (model.Engines.Rent() is { } engine)
            {
                return engine;
            }
        }
    }

    private Exception NotLoaded() =>
        _isDisposed ? new ObjectDisposedException(GetType().Name) : new GradientModelNotLoadedException($"The model '{Name}' is not loaded yet: {Status.Problem}");

    private ModelReload Reload()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        string? key;
        try
        {
            key = _source.Key();
        }
        catch (ModelSourceException exception)
        {
            return Refuse(exception.Key, exception.Message, exception.IsMissing);
        }

        if (key is not null && key == _current?.Version)
        {
            // What was refused in between is gone.
            (_refused, _status) = (null, _status with { Problem = null });
            return new ModelReload(ModelReloadOutcome.Unchanged);
        }

        return key is not null && key == _refused ? new ModelReload(ModelReloadOutcome.Refused, _status.Problem) : LoadNew(key);
    }

    private ModelReload LoadNew(string? key)
    {
        using var activity = HostingActivities.StartReload(Name);
        try
        {
            var content = _source.Load(_context);
            key = content.Version;
            var old = _current;
            var next = Prove(content, old?.Engines.Count ?? 1);
            Volatile.Write(ref _current, next);
            (_refused, _status) = (null, new GradientModelStatus(next.Version, next.LoadedAt, _status.Reloads + 1, _status.FailedReloads, null));
            old?.Engines.Close();
            _metrics.Reloaded(Name);
            ModelLog.Loaded(_logger, Name, next.Version, _source.Description);
            activity?.SetTag(HostingActivities.Outcome, "loaded").SetTag(HostingActivities.Version, next.Version);
            return new ModelReload(ModelReloadOutcome.Loaded);
        }
        catch (ModelSourceException exception)
        {
            activity?.SetTag(HostingActivities.Outcome, "refused").SetStatus(ActivityStatusCode.Error, exception.Message);
            return Refuse(exception.Key ?? key, exception.Message, exception.IsMissing);
        }
    }

    /// <summary>Makes the engines of a new model, and has it predict.</summary>
    private ServedModel<TIn, TOut> Prove(ModelContent content, int engines)
    {
        var next = new ServedModel<TIn, TOut>(_context, content, _options, _time.GetUtcNow());
        try
        {
            RowEngine<TIn, TOut> engine = next.Engines.Rent()!;
            string? problem = _probes.Select(probe => probe.ProblemOf(engine, content.InputSchema)).FirstOrDefault(p => p is not null);
            next.Engines.Return(engine);
            if (problem is not null)
            {
                throw new ModelSourceException($"The model from {_source.Description} is not taken: {problem}", content.Version);
            }

            // So that no request waits for engines where those of the old model were there.
            next.Engines.Warm(engines);
            return next;
        }
        catch (Exception exception)
        {
            next.Engines.Close();
            throw exception as ModelSourceException
                ?? new ModelSourceException($"The model from {_source.Description} does not fit {typeof(TIn).Name} and {typeof(TOut).Name}: {ModelArchive.Reason(exception)}{InputAdvice.For(typeof(TIn), exception, content.InputSchema)}", content.Version);
        }
    }

    private ModelReload Refuse(string? key, string problem, bool isMissing)
    {
        bool isNew = key is null || key != _refused;
        _refused = key;
        if (isNew)
        {
            _status = _status with { FailedReloads = _status.FailedReloads + 1, Problem = problem };
            _metrics.Refused(Name, isMissing);
            if (_current is { } current)
            {
                ModelLog.Refused(_logger, Name, current.Version, problem);
            }
            else if (isMissing && _options.WaitForFile)
            {
                ModelLog.Waiting(_logger, Name, problem);
            }
        }

        return new ModelReload(ModelReloadOutcome.Refused, problem);
    }
}
