using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(TransformerChain<ITransformer>), typeof(TransformerChain), null, typeof(SignatureLoadModel),
    "Transformer chain", TransformerChain.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>The transformers of a chain with no regard to the type of the last one.</summary>
internal interface ITransformerChainAccessor
{
    ITransformer[] Transformers { get; }
    TransformerScope[] Scopes { get; }
}

/// <summary>Transformers applied one after another.</summary>
public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, ITransformerChainAccessor, IDisposable
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;
    private bool _disposed;

    public readonly TLastTransformer LastTransformer;

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        _transformers = transformers?.ToArray() ?? [];
        _scopes = scopes?.ToArray() ?? [];
        LastTransformer = _transformers.LastOrDefault() as TLastTransformer;
        Contracts.Check(_transformers.Length > 0 == (LastTransformer != null), $"The last transformer must be a {typeof(TLastTransformer)}.");
        Contracts.Check(_transformers.Length == _scopes.Length, "There must be one scope for each transformer.");
    }

    public TransformerChain(params ITransformer[] transformers)
        : this(transformers, transformers?.Select(_ => TransformerScope.Everything)) { }

    ITransformer[] ITransformerChainAccessor.Transformers => _transformers;
    TransformerScope[] ITransformerChainAccessor.Scopes => _scopes;
    bool ITransformer.IsRowToRowMapper => _transformers.All(t => t.IsRowToRowMapper);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetOutputSchema(inputSchema, TransformerScope.Scoring);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return InScope(scope).Aggregate(inputSchema, (schema, step) => step.Transformer.GetOutputSchema(schema));
    }

    public IDataView Transform(IDataView input) => Transform(input, TransformerScope.Scoring);

    public IDataView Transform(IDataView input, TransformerScope scope)
    {
        Contracts.CheckValue(input, nameof(input));
        GetOutputSchema(input.Schema, scope);
        return InScope(scope).Aggregate(input, (data, step) => step.Transformer.Transform(data));
    }

    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter)
    {
        var steps = InScope(scopeFilter).ToArray();
        return new(steps.Select(s => s.Transformer), steps.Select(s => s.Scope));
    }

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer
    {
        Contracts.CheckValue(transformer, nameof(transformer));
        return new([.. _transformers, transformer], [.. _scopes, scope]);
    }

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        Contracts.Check(((ITransformer)this).IsRowToRowMapper, "The chain is not a row-to-row mapper.");
        var mappers = new List<IRowToRowMapper>();
        foreach (var transformer in _transformers)
            mappers.Add(transformer.GetRowToRowMapper(mappers.LastOrDefault()?.OutputSchema ?? inputSchema));
        return new CompositeRowToRowMapper(inputSchema, mappers);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(TransformerChain.Version());
        ctx.Writer.Write(_transformers.Length);
        for (int i = 0; i < _transformers.Length; i++)
        {
            ctx.Writer.Write((int)_scopes[i]);
            ctx.SaveModel(_transformers[i], TransformerChain.Folder(i));
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var transformer in _transformers)
            (transformer as IDisposable)?.Dispose();
    }

    private IEnumerable<(ITransformer Transformer, TransformerScope Scope)> InScope(TransformerScope scope)
        => _transformers.Zip(_scopes).Where(step => (step.Second & scope) != 0);
}

internal static class TransformerChain
{
    public const string LoaderSignature = "TransformerChain";

    internal static string Folder(int index) => $"Transform_{index:000}";

    internal static VersionInfo Version()
        => new("XF CHAIN", 0x00010001, 0x00010001, 0x00010001, typeof(TransformerChain).Assembly.GetName().Name, LoaderSignature);

    // Found by reflection from the LoadableClass attribute above.
    private static TransformerChain<ITransformer> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version());
        var transformers = new List<ITransformer>();
        var scopes = new List<TransformerScope>();
        int count = ctx.Reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            scopes.Add((TransformerScope)ctx.Reader.ReadInt32());
            ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out var transformer, Folder(i));
            transformers.Add(transformer);
        }
        return new TransformerChain<ITransformer>(transformers, scopes);
    }
}
