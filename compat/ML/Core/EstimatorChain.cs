using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators fitted one after another, each on what the transformers before it made of the data.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly record struct Step(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);

    private readonly Step[] _steps;

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain() => _steps = [];

    private EstimatorChain(Step[] steps)
    {
        _steps = steps;
        LastEstimator = steps[^1].Estimator as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        // A schema error shows here, before any data is read.
        GetOutputSchema(SchemaShape.Create(input.Schema));

        var transformers = new ITransformer[_steps.Length];
        var current = input;
        for (int i = 0; i < _steps.Length; i++)
        {
            transformers[i] = _steps[i].Estimator.Fit(current);
            current = transformers[i].Transform(current);
            if (_steps[i].CacheAfter && i < _steps.Length - 1)
                current = new CacheDataView(current);
        }
        return new TransformerChain<TLastTransformer>(transformers, _steps.Select(s => s.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => _steps.Aggregate(inputSchema, (shape, step) => step.Estimator.GetOutputSchema(shape));

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        Contracts.CheckValue(estimator, nameof(estimator));
        return EstimatorChain<TNewTrans>.Of([.. _steps.Select(s => (s.Estimator, s.Scope, s.CacheAfter)), (estimator, scope, false)]);
    }

    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Contracts.CheckValue(env, nameof(env));
        Contracts.Check(_steps.Length > 0, "Current estimator chain has no estimator, can't append cache checkpoint.");
        return new([.. _steps[..^1], _steps[^1] with { CacheAfter = true }]);
    }

    // Step is another type in each instantiation of the chain, so steps travel between chains as tuples.
    internal static EstimatorChain<TLastTransformer> Of(IEnumerable<(IEstimator<ITransformer>, TransformerScope, bool)> steps)
        => new(steps.Select(s => new Step(s.Item1, s.Item2, s.Item3)).ToArray());
}
