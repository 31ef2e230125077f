using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model that answers, with its engines, from when it is loaded until the last request and the last <see cref="GradientModelLease"/> after the next one has come are done.</summary>
internal sealed class ServedModel<TIn, TOut>
    where TIn : class, new()
    where TOut : class, new()
{
    private readonly ModelContent _content;

    // The engines are one user.
    private int _users = 1;

    public ServedModel(MLContext context, ModelContent content, GradientModelOptions options, DateTimeOffset loadedAt)
    {
        _content = content;
        LoadedAt = loadedAt;
        Engines = new(
            () =>
            {
                // A context draws random numbers for what is made in it, which several threads must not do at once.
                lock (EngineGate.Making)
                {
                    return new RowEngine<TIn, TOut>(context, content.Model, options.IgnoreMissingColumns);
                }
            },
            engine => engine.IsUsable,
            options.MaxEngines ?? Environment.ProcessorCount,
            Leave);
    }

    public string Version => _content.Version;

    public DateTimeOffset LoadedAt { get; }

    public EnginePool<RowEngine<TIn, TOut>> Engines { get; }

    /// <summary>Lets a caller have the model; null where it is gone, as a newer one has come.</summary>
    public GradientModelLease? TryLease() =>
        LimitedCount.TryRaiseAbove(ref _users, 0) ? new GradientModelLease(_content.Model, _content.InputSchema, _content.Version, Leave) : null;

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && _content.IsOwned)
        {
            (_content.Model as IDisposable)?.Dispose();
        }
    }
}

/// <summary>Lets engines be made one at a time, whatever their types: contexts may be shared.</summary>
internal static class EngineGate
{
    public static Lock Making { get; } = new();
}
