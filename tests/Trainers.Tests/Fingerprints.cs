using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The weights of each trainer's model, to be compared between processes.</summary>
internal static class Fingerprints
{
    /// <summary>What a child process is started with to print <see cref="All"/>.</summary>
    public const string Command = "fingerprints";

    /// <summary>A line for each trainer, with a hash of its model's bits.</summary>
    public static IEnumerable<string> All()
    {
        foreach (var item in TrainerCase.All.Select(c => (TrainerCase)c[0]))
        {
            var context = new MLContext(seed: 1);
            yield return $"{item} {Hash(Weights(item.Create(context).Fit(item.Load(context))))}";
        }
    }

    /// <summary>All numbers that a model has learned.</summary>
    public static IEnumerable<double> Weights(ITransformer model) => model switch
    {
        ISingleFeaturePredictionTransformer<NetworkModelParameters> network => network.Model.Weights.Flat().Select(w => (double)w),
        ISingleFeaturePredictionTransformer<PolynomialModelParameters> polynomial => polynomial.Model.Coefficients.Select(term => term.Coefficient),
        RegressionPredictionTransformer<LinearRegressionModelParameters> linear => [.. linear.GetTrainingResult()!.Model.Weights.ToArray(), linear.GetTrainingResult()!.Model.Bias],
        ISingleFeaturePredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>> binary => [.. binary.Model.SubModel.Weights, binary.Model.SubModel.Bias],
        ISingleFeaturePredictionTransformer<MaximumEntropyModelParameters> multiclass => [.. WeightsOf(multiclass.Model), .. multiclass.Model.GetBiases()],
        _ => throw new NotSupportedException($"{model.GetType()}: say here where its weights are."),
    };

    private static IEnumerable<double> WeightsOf(MaximumEntropyModelParameters model)
    {
        VBuffer<float>[] rows = [];
        model.GetWeights(ref rows, out _);
        return rows.SelectMany(row => row.DenseValues().Select(weight => (double)weight));
    }

    /// <summary>FNV-1a over the bits.</summary>
    private static string Hash(IEnumerable<double> numbers) =>
        numbers.Aggregate(14695981039346656037UL, (hash, number) => (hash ^ BitConverter.DoubleToUInt64Bits(number)) * 1099511628211).ToString("x16", CultureInfo.InvariantCulture);
}
