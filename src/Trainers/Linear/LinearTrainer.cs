using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What the trainers of linear models have in common: they fit ML.NET's own <see cref="LinearRegressionModelParameters"/>.</summary>
public abstract class LinearTrainer : ITrainerEstimator<RegressionPredictionTransformer<LinearRegressionModelParameters>, LinearRegressionModelParameters>
{
    private static readonly TrainerInfo Information = TrainerInfos.Create(needNormalization: true, wantCaching: false, supportsValidation: true, supportsIncrementalTraining: true);

    private readonly LinearTrainerOptions _options;
    private readonly LinearTraining _training;

    private protected LinearTrainer(IHostEnvironment env, LinearTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(env);
        _options = options.Validated();
        _training = new LinearTraining(env.Register(options.TrainerName()), _options);
    }

    /// <summary>What ML.NET asks of a trainer: normalised features are needed; caching is not; validation and continued training are supported.</summary>
    public TrainerInfo Info => Information;

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the label, feature and weight columns.</param>
    /// <returns>
    /// ML.NET's linear model. How it was trained, and its weights in double, tells
    /// <see cref="LinearResultExtensions.GetTrainingResult(ISingleFeaturePredictionTransformer{LinearRegressionModelParameters})"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    /// <exception cref="DivergenceException">The loss became infinite, NaN, or kept growing; the message names a learning rate that the data allows.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled, and <see cref="CancellationBehavior.Throw"/> is set.</exception>
    public RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(IDataView input) => _training.Fit(input, _options.ValidationSet, null);

    /// <summary>Trains on <paramref name="trainData"/>, validating on <paramref name="validationData"/> after each epoch.</summary>
    /// <inheritdoc cref="Fit(IDataView)" path="/*[self::exception or self::returns]"/>
    public RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return _training.Fit(trainData, validationData, null);
    }

    /// <summary>Goes on training a linear model, of this or of another trainer: its weights and bias are the start.</summary>
    /// <param name="trainData">Rows with the same features as the model was trained with.</param>
    /// <param name="modelParameters">The model of an earlier fit, or of a loaded transformer.</param>
    /// <exception cref="ArgumentException">The model has another number of weights than the data has features.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/*[self::exception or self::returns]"/>
    public RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(IDataView trainData, LinearRegressionModelParameters modelParameters)
    {
        ArgumentNullException.ThrowIfNull(modelParameters);
        return _training.Fit(trainData, _options.ValidationSet, modelParameters);
    }

    /// <summary>The schema that a fitted model will promise, checked without reading data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _training.GetOutputSchema(inputSchema);
}
