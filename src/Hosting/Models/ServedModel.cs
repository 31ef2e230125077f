using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model that answers, with its engines, from when it is loaded until the last request after the next one has come is done.</summary>
internal sealed class ServedModel<TIn, TOut>
    where TIn : class, new()
    where TOut : class, new()
{
    public ServedModel(MLContext context, ModelContent content, GradientModelOptions options, DateTimeOffset loadedAt)
    {
        Version = content.Version;
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
            () => (content.IsOwned ? content.Model as IDisposable : null)?.Dispose());
    }

    public string Version { get; }

    public DateTimeOffset LoadedAt { get; }

    public EnginePool<RowEngine<TIn, TOut>> Engines { get; }
}

/// <summary>Lets engines be made one at a time, whatever their types: contexts may be shared.</summary>
internal static class EngineGate
{
    public static Lock Making { get; } = new();
}
