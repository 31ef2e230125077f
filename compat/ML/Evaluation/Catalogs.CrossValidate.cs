using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public abstract partial class TrainCatalogBase
{
    /// <summary>One fold of a cross-validation.</summary>
    public sealed class CrossValidationResult<T> where T : class
    {
        /// <summary>Metrics on the fold.</summary>
        public readonly T Metrics;

        /// <summary>The model fitted on the other folds.</summary>
        public readonly ITransformer Model;

        /// <summary>The fold, scored.</summary>
        public readonly IDataView ScoredHoldOutSet;

        /// <summary>Number of the fold, from 0.</summary>
        public readonly int Fold;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scores, int fold)
        {
            Model = model;
            Metrics = metrics;
            ScoredHoldOutSet = scores;
            Fold = fold;
        }
    }

    private protected CrossValidationResult<T>[] CrossValidate<T>(IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds,
        string labelColumnName, string samplingKeyColumnName, int? seed, Func<IDataView, T> evaluate) where T : class
    {
        Contracts.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(estimator, nameof(estimator));
        // All models are fitted before the first is evaluated, as in ML.NET.
        return new DataOperationsCatalog(Environment).CrossValidationSplit(data, numberOfFolds, samplingKeyColumnName, seed)
            .Select(split => (Model: estimator.Fit(split.TrainSet), split.TestSet))
            .Select(x => (x.Model, Scored: Score(x.Model, x.TestSet)))
            .ToArray()
            .Select((x, fold) => new CrossValidationResult<T>(x.Model, evaluate(x.Scored), x.Scored, fold))
            .ToArray();
    }

    /// <summary>A chain is applied whole, also the parts that are meant for training or testing only.</summary>
    private static IDataView Score(ITransformer model, IDataView data)
        => model is ITransformerChainAccessor chain
            ? chain.Transformers.Aggregate(data, (view, transformer) => transformer.Transform(view))
            : model.Transform(data);
}

public sealed partial class RegressionCatalog
{
    /// <summary>Fits the estimator on each complement of a fold and evaluates it on the fold.</summary>
    public IReadOnlyList<CrossValidationResult<RegressionMetrics>> CrossValidate(IDataView data, IEstimator<ITransformer> estimator,
        int numberOfFolds = 5, string labelColumnName = DefaultColumnNames.Label, string samplingKeyColumnName = null, int? seed = null)
        => CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));
}

public sealed partial class MulticlassClassificationCatalog
{
    /// <summary>Fits the estimator on each complement of a fold and evaluates it on the fold.</summary>
    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(IDataView data, IEstimator<ITransformer> estimator,
        int numberOfFolds = 5, string labelColumnName = DefaultColumnNames.Label, string samplingKeyColumnName = null, int? seed = null)
        => CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));
}
