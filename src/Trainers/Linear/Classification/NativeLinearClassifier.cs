using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace MLNet.GradientTrainers;

/// <summary>
/// Makes ML.NET's own linear classifiers, which load where this plug-in is not installed. Their constructors are internal: this file and <see cref="NativeLinearModel"/> alone reach such.
/// </summary>
internal static class NativeLinearClassifier
{
    /// <summary>The class that its own logistic regression has; it is internal, and its base is public.</summary>
    private static readonly Type Calibrated = typeof(PlattCalibrator).Assembly.GetType("Microsoft.ML.Calibrators.ParameterMixingCalibratedModelParameters`2", throwOnError: true)!
        .MakeGenericType(typeof(LinearBinaryModelParameters), typeof(PlattCalibrator));

    /// <summary>A transformer whose score is w·x + b, with P(true) = 1 / (1 + e^−(score + logitOfThreshold)).</summary>
    public static BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>> CreateBinary(
        IHostEnvironment env, LinearNetwork linear, double logitOfThreshold, DataViewSchema trainSchema, string featureColumnName)
    {
        var model = CreateBinaryModel(env, Single(linear.Weights[0]), (float)linear.Biases[0], null);
        var calibrator = CreateCalibrator(env, -1, -logitOfThreshold);
        var constructor = Calibrated.GetConstructor(
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic, [typeof(IHostEnvironment), typeof(LinearBinaryModelParameters), typeof(PlattCalibrator)])
            ?? throw new MissingMethodException(Calibrated.FullName, ".ctor");
        var calibrated = (CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>)constructor.Invoke([env, model, calibrator]);
        return CreateBinary(env, calibrated, trainSchema, featureColumnName);
    }

    /// <summary>ML.NET's transformer of a binary model, which predicts true where the score is above 0.</summary>
    public static BinaryPredictionTransformer<TModel> CreateBinary<TModel>(IHostEnvironment env, TModel model, DataViewSchema trainSchema, string featureColumnName)
        where TModel : class =>
        Transformers<TModel>.CreateBinary(env, model, trainSchema, featureColumnName, 0, DefaultColumns.Score);

    /// <summary>A transformer whose scores are softmax(W·x + b).</summary>
    public static MulticlassPredictionTransformer<MaximumEntropyModelParameters> CreateMulticlass(
        IHostEnvironment env, LinearNetwork linear, string[]? classes, DataViewSchema trainSchema, TrainingRoles roles)
    {
        var model = CreateMulticlassModel(
            env, Array.ConvertAll(linear.Weights, row => Single(row)), Array.ConvertAll(linear.Biases, bias => (float)bias), linear.Biases.Length, linear.Weights[0].Length, classes, null);
        return Transformers<MaximumEntropyModelParameters>.CreateMulticlass(env, model, trainSchema, roles.Features, roles.Label, DefaultColumns.Score, DefaultColumns.PredictedLabel);
    }

    private static VBuffer<float> Single(double[] weights) => new(weights.Length, Array.ConvertAll(weights, weight => (float)weight));

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern LinearBinaryModelParameters CreateBinaryModel(IHostEnvironment env, in VBuffer<float> weights, float bias, ModelStatisticsBase? statistics);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PlattCalibrator CreateCalibrator(IHostEnvironment env, double slope, double offset);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern MaximumEntropyModelParameters CreateMulticlassModel(
        IHostEnvironment env, VBuffer<float>[] weights, float[] bias, int numClasses, int numFeatures, string[]? labelNames, ModelStatisticsBase? statistics);

    /// <summary>The constructor of a generic class is reached from a generic class with the same parameter.</summary>
    private static class Transformers<TModel>
        where TModel : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
        public static extern BinaryPredictionTransformer<TModel> CreateBinary(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn, float threshold, string thresholdColumn);

        [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
        public static extern MulticlassPredictionTransformer<TModel> CreateMulticlass(
            IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn, string labelColumn, string scoreColumn, string predictedLabel);
    }
}
