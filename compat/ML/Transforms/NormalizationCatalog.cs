using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class NormalizationCatalog
{
    public static NormalizingEstimator NormalizeMinMax(this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        long maximumExampleCount = NormalizingEstimator.Defaults.MaximumExampleCount,
        bool fixZero = NormalizingEstimator.Defaults.EnsureZeroUntouched)
        => catalog.NormalizeMinMax([new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumExampleCount, fixZero);

    public static NormalizingEstimator NormalizeMinMax(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = NormalizingEstimator.Defaults.MaximumExampleCount,
        bool fixZero = NormalizingEstimator.Defaults.EnsureZeroUntouched)
        => new(catalog.GetEnvironment(), columns, new(NormalizationMode.MinMax, maximumExampleCount, fixZero));

    public static NormalizingEstimator NormalizeMeanVariance(this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        long maximumExampleCount = NormalizingEstimator.Defaults.MaximumExampleCount,
        bool fixZero = NormalizingEstimator.Defaults.EnsureZeroUntouched,
        bool useCdf = NormalizingEstimator.Defaults.MeanVarCdf)
        => catalog.NormalizeMeanVariance([new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumExampleCount, fixZero, useCdf);

    public static NormalizingEstimator NormalizeMeanVariance(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = NormalizingEstimator.Defaults.MaximumExampleCount,
        bool fixZero = NormalizingEstimator.Defaults.EnsureZeroUntouched,
        bool useCdf = NormalizingEstimator.Defaults.MeanVarCdf)
        => new(catalog.GetEnvironment(), columns,
            new(useCdf ? NormalizationMode.MeanVarianceCdf : NormalizationMode.MeanVariance, maximumExampleCount, fixZero));
}
