using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// A model as it was loaded, for what a prediction does not tell: its layers and weights, an explanation, an evaluation of many rows. It stays usable, also after a newer model has come, until the lease is disposed
/// of; <see cref="IGradientModel.Lease"/> gives it.
/// </summary>
/// <example><code>
/// using GradientModelLease lease = model.Lease();
/// IDataView scored = lease.Model.Transform(rows);
/// </code></example>
public sealed class GradientModelLease : IDisposable
{
    private readonly ITransformer _model;
    private readonly DataViewSchema? _inputSchema;
    private Action? _end;

    internal GradientModelLease(ITransformer model, DataViewSchema? inputSchema, string version, Action end) => (_model, _inputSchema, Version, _end) = (model, inputSchema, version, end);

    /// <summary>The model, with all steps of its pipeline. Its <c>Transform</c> is safe for several threads; it is not to be disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The lease is over.</exception>
    public ITransformer Model
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _end) is null, this);
            return _model;
        }
    }

    /// <summary>The schema of the data that the model was saved with; null where its file has none, or the program gave the model.</summary>
    /// <exception cref="ObjectDisposedException">The lease is over.</exception>
    public DataViewSchema? InputSchema
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _end) is null, this);
            return _inputSchema;
        }
    }

    /// <summary>The model's version, as predictions tell it.</summary>
    public string Version { get; }

    /// <summary>Ends the lease: the model goes when it is the last one of a model that was replaced.</summary>
    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}
