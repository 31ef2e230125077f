using System.Collections.Immutable;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// Permutation feature importance (Breiman, Random Forests, 2001, section 10): how much each metric changes when the values
/// of one feature are shuffled among the rows. The feature weight filter, which concerns linear models alone, changes nothing
/// in the stand-in.
/// </summary>
public static class PermutationFeatureImportanceExtensions
{
    /// <summary>Change of the regression metrics for each feature slot.</summary>
    public static ImmutableArray<RegressionMetricsStatistics> PermutationFeatureImportance<TModel>(this RegressionCatalog catalog,
        ISingleFeaturePredictionTransformer<TModel> predictionTransformer, IDataView data, string labelColumnName = DefaultColumnNames.Label,
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) where TModel : class
        => Run(catalog, predictionTransformer, predictionTransformer.FeatureColumnName, data, labelColumnName, numberOfExamplesToUse, permutationCount);

    /// <summary>Change of the regression metrics for each feature, by its slot name.</summary>
    public static ImmutableDictionary<string, RegressionMetricsStatistics> PermutationFeatureImportance(this RegressionCatalog catalog,
        ITransformer model, IDataView data, string labelColumnName = DefaultColumnNames.Label,
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1)
    {
        var predictor = LastPredictor(catalog, model, data);
        return ByName(data, predictor.FeatureColumnName,
            Run(catalog, predictor, predictor.FeatureColumnName, data, labelColumnName, numberOfExamplesToUse, permutationCount));
    }

    /// <summary>Change of the multiclass metrics for each feature slot.</summary>
    public static ImmutableArray<MulticlassClassificationMetricsStatistics> PermutationFeatureImportance<TModel>(this MulticlassClassificationCatalog catalog,
        ISingleFeaturePredictionTransformer<TModel> predictionTransformer, IDataView data, string labelColumnName = DefaultColumnNames.Label,
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1) where TModel : class
        => Run(catalog, predictionTransformer, predictionTransformer.FeatureColumnName, data, labelColumnName, numberOfExamplesToUse, permutationCount);

    /// <summary>Change of the multiclass metrics for each feature, by its slot name.</summary>
    public static ImmutableDictionary<string, MulticlassClassificationMetricsStatistics> PermutationFeatureImportance(this MulticlassClassificationCatalog catalog,
        ITransformer model, IDataView data, string labelColumnName = DefaultColumnNames.Label,
        bool useFeatureWeightFilter = false, int? numberOfExamplesToUse = null, int permutationCount = 1)
    {
        var predictor = LastPredictor(catalog, model, data);
        return ByName(data, predictor.FeatureColumnName,
            Run(catalog, predictor, predictor.FeatureColumnName, data, labelColumnName, numberOfExamplesToUse, permutationCount));
    }

    private static ImmutableArray<RegressionMetricsStatistics> Run(RegressionCatalog catalog, ITransformer model, string features,
        IDataView data, string label, int? examples, int permutations)
        => FeaturePermutation.Run(catalog.GetEnvironment(), model, features, data, examples, permutations,
            scored => catalog.Evaluate(scored, label), () => new RegressionMetricsStatistics(),
            (statistics, metrics, baseline) => statistics.Add(metrics.Minus(baseline)));

    private static ImmutableArray<MulticlassClassificationMetricsStatistics> Run(MulticlassClassificationCatalog catalog, ITransformer model, string features,
        IDataView data, string label, int? examples, int permutations)
        => FeaturePermutation.Run(catalog.GetEnvironment(), model, features, data, examples, permutations,
            scored => catalog.Evaluate(scored, label), () => new MulticlassClassificationMetricsStatistics(),
            (statistics, metrics, baseline) => statistics.Add(metrics.Minus(baseline)));

    /// <summary>The model itself, or the last transformer of a chain, that says which column its features are in.</summary>
    private static ISingleFeaturePredictionTransformer LastPredictor(IInternalCatalog catalog, ITransformer model, IDataView data)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(model, nameof(model));
        var candidates = model is ITransformerChainAccessor chain ? chain.Transformers : [model];
        return candidates.OfType<ISingleFeaturePredictionTransformer>().LastOrDefault()
            ?? throw new ArgumentNullException(nameof(model), "The model provided does not have a compatible predictor");
    }

    private static ImmutableDictionary<string, T> ByName<T>(IDataView data, string features, ImmutableArray<T> statistics)
    {
        VBuffer<ReadOnlyMemory<char>> buffer = default;
        data.Schema[features].Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref buffer);
        var names = buffer.DenseValues().ToArray();
        return statistics.Select((value, i) => (Name: names[i].IsEmpty ? $"Slot {i}" : names[i].ToString(), value))
            .ToImmutableDictionary(x => x.Name, x => x.value);
    }
}
