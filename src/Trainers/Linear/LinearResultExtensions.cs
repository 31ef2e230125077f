using System.Runtime.CompilerServices;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Kernels;

namespace Microsoft.ML;

/// <summary>How a linear model was trained. ML.NET's own model has no place for it, so it is kept beside the model, as long as that lives.</summary>
public static class LinearResultExtensions
{
    private static readonly ConditionalWeakTable<LinearRegressionModelParameters, LinearResult> Results = [];

    /// <summary>The weights in double, the history, the reason of the end, and the path of the weights if it was recorded.</summary>
    /// <param name="model">A model of a trainer of this plug-in.</param>
    /// <returns>Null for a model that was loaded from a file or trained by another trainer.</returns>
    public static LinearResult? GetTrainingResult(this LinearRegressionModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Results.TryGetValue(model, out var result) ? result : null;
    }

    /// <inheritdoc cref="GetTrainingResult(LinearRegressionModelParameters)"/>
    /// <param name="transformer">A fitted transformer, for example the <c>LastTransformer</c> of a fitted pipeline.</param>
    public static LinearResult? GetTrainingResult(this ISingleFeaturePredictionTransformer<LinearRegressionModelParameters> transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return transformer.Model.GetTrainingResult();
    }

    /// <summary>Keeps how a model was trained beside it.</summary>
    internal static void Keep(LinearRegressionModelParameters model, LinearResult result) => Results.Add(model, result);
}
