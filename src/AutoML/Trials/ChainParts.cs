using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// The estimators of a chain, which ML.NET keeps to itself: only who fits them one by one can take validation rows through the transforms before a trainer. A version of ML.NET that keeps them
/// elsewhere costs the pruning, no more.
/// </summary>
internal static class ChainParts
{
    /// <returns>Null where they can't be had.</returns>
    public static IReadOnlyList<IEstimator<ITransformer>>? Of(EstimatorChain<ITransformer> chain)
    {
        try
        {
            return Accessor<ITransformer>.Estimators(chain);
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    private static class Accessor<T>
        where T : class, ITransformer
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_estimators")]
        public static extern ref IEstimator<ITransformer>[] Estimators(EstimatorChain<T> chain);
    }
}
