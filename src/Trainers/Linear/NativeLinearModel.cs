using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML;

namespace MLNet.GradientTrainers;

/// <summary>
/// Makes ML.NET's own linear regression model, which loads where this plug-in is not installed. Its constructors are internal: this file alone reaches
/// them, and a test makes a model with each version of ML.NET that is supported.
/// </summary>
internal static class NativeLinearModel
{
    /// <summary>A transformer that scores <paramref name="featureColumnName"/>.</summary>
    public static RegressionPredictionTransformer<LinearRegressionModelParameters> Create(
        IHostEnvironment env, float[] weights, float bias, DataViewSchema trainSchema, string featureColumnName)
    {
        var model = CreateModel(env, new VBuffer<float>(weights.Length, weights), bias);
        return Transformers<LinearRegressionModelParameters>.Create(env, model, trainSchema, featureColumnName);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern LinearRegressionModelParameters CreateModel(IHostEnvironment env, in VBuffer<float> weights, float bias);

    /// <summary>The constructor of a generic class is reached from a generic class with the same parameter.</summary>
    private static class Transformers<TModel>
        where TModel : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
        public static extern RegressionPredictionTransformer<TModel> Create(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn);
    }
}
