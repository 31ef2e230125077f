using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What the trainers of networks have in common.</summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">Its model.</typeparam>
public abstract class NetworkTrainer<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ScoringTransformer<TModel>
    where TModel : NetworkModelParameters
{
    private readonly NetworkTrainerOptions _options;
    private readonly INetworkTraining<TTransformer, TModel> _training;

    private protected NetworkTrainer(IHostEnvironment env, NetworkTrainerOptions options, Func<IHost, INetworkTraining<TTransformer, TModel>> create)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _training = create(env.Register(options.TrainerName));
    }

    /// <summary>What ML.NET asks of a trainer: normalised features are needed; caching is not; validation and continued training are supported.</summary>
    public TrainerInfo Info => NetworkTraining.Info;

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the label, feature and weight columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="ArgumentException">A layer can't take its input, told before any row is read; the message names the layer, its input's shape and the mend.</exception>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    /// <exception cref="DivergenceException">The loss became infinite, NaN, or kept growing.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled, and <see cref="CancellationBehavior.Throw"/> is set.</exception>
    public TTransformer Fit(IDataView input) => _training.Fit(input, _options.ValidationSet, null);

    /// <summary>Trains on <paramref name="trainData"/>, validating on <paramref name="validationData"/> after each epoch.</summary>
    /// <param name="trainData">Rows with the label, feature and weight columns.</param>
    /// <param name="validationData">Rows with the same columns.</param>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public TTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return _training.Fit(trainData, validationData, null);
    }

    /// <summary>Goes on training a model of this trainer: its weights, and the scale of its numbers, are the start.</summary>
    /// <param name="trainData">Rows with the same columns, features and classes or outputs as the model was trained with.</param>
    /// <param name="modelParameters">The model of an earlier fit or of a loaded transformer: its <see cref="ScoringTransformer{TModel}.Model"/>.</param>
    /// <exception cref="ArgumentException">The model's layers, features, classes or outputs differ from this trainer's.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public TTransformer Fit(IDataView trainData, TModel modelParameters)
    {
        ArgumentNullException.ThrowIfNull(modelParameters);
        return _training.Fit(trainData, _options.ValidationSet, modelParameters);
    }

    /// <summary>
    /// Runs a learning rate range test: a short training of fresh weights whose rate grows from update to update until the loss rises. Set the suggestion as
    /// <see cref="GradientTrainerOptions.LearningRate"/> of a new trainer; the curve's points are there to look at.
    /// </summary>
    /// <param name="trainData">The rows that are to be trained on.</param>
    /// <param name="finder">The test's range and length; null for 100 updates from 1e-7 to 10.</param>
    /// <returns>The loss over the rate, and a suggested rate, null where the loss never fell.</returns>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public LearningRateCurve FindLearningRate(IDataView trainData, LearningRateFinder? finder = null) => _training.FindLearningRate(trainData, finder);

    /// <summary>The schema that a fitted model will promise, checked without reading data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _training.GetOutputSchema(inputSchema);
}
