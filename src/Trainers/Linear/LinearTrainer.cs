using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What the trainers of linear models have in common: they fit ML.NET's own <see cref="LinearRegressionModelParameters"/>.</summary>
/// <remarks>
/// How a model was trained, and its weights in double, tells
/// <see cref="LinearResultExtensions.GetTrainingResult(ISingleFeaturePredictionTransformer{LinearRegressionModelParameters})"/>. To go on with a model, it may be of another trainer.
/// Training that ends at convergence comes to the same solution whatever the start, of which it warns: to go on with a model, give a rate and a number of epochs.
/// </remarks>
public abstract class LinearTrainer : GradientTrainer<RegressionPredictionTransformer<LinearRegressionModelParameters>, LinearRegressionModelParameters>
{
    private readonly LinearTrainerOptions _options;

    private protected LinearTrainer(IHostEnvironment env, LinearTrainerOptions options)
        : base(env, options = options.Validated(), options, LabelKind.Number, needNormalization: options.Scaling == LinearScaling.None) => _options = options;

    private protected sealed override RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(
        FitContext context, IDataView train, IDataView? validation, LinearRegressionModelParameters? start) =>
        new LinearFit(context, _options).Train(train, validation, start);
}
