using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What every trainer of this plug-in is to ML.NET: an estimator that checks columns before it reads rows, and fits, validates and goes on with a model.</summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">Its model.</typeparam>
public abstract class GradientTrainer<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private static readonly string? Engine = typeof(NetworkDefinition).Assembly.GetName().Name;

    private readonly DescentOptions _options;
    private readonly ITrainerInput _input;
    private readonly IHost _host;
    private readonly TrainingRoles _roles;
    private readonly int _seed;

    /// <param name="env">The user's environment.</param>
    /// <param name="options">The trainer's own copy of its options: <see cref="TrainerInput.Validated"/>.</param>
    /// <param name="input">The same.</param>
    /// <param name="label">What the label column tells.</param>
    /// <param name="needNormalization">Whether the features should be normalised.</param>
    /// <param name="takesBytes">Whether features may be bytes.</param>
    private protected GradientTrainer(IHostEnvironment env, DescentOptions options, ITrainerInput input, LabelKind label, bool needNormalization = true, bool takesBytes = false)
    {
        ArgumentNullException.ThrowIfNull(env);
        _options = options;
        _input = input;
        _host = env.Register(options.TrainerName());
        _roles = new TrainingRoles(options.TrainerName(), input.LabelColumnName, input.FeatureColumnName, input.ExampleWeightColumnName, label, takesBytes);
        Info = TrainerInfos.Create(needNormalization, wantCaching: false, supportsValidation: true, supportsIncrementalTraining: true);

        // Drawn once, here, so that fitting the same rows again gives the same model.
        _seed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>What ML.NET asks of a trainer: whether it needs normalised features; it needs no caching, and supports validation and continued training.</summary>
    public TrainerInfo Info { get; }

    internal string LabelColumnName => _input.LabelColumnName;

    internal string FeatureColumnName => _input.FeatureColumnName;

    internal string? ExampleWeightColumnName => _input.ExampleWeightColumnName;

    internal bool HasValidationSet => _input.ValidationSet is not null;

    /// <summary>Trains on <paramref name="input"/>.</summary>
    /// <param name="input">Rows with the label, feature and weight columns.</param>
    /// <returns>The fitted transformer, with the model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="ArgumentException">
    /// What is asked for does not fit the columns, told before any row is read: a layer can't take its input, or a polynomial has too many terms. The message says which, and the mend.
    /// </exception>
    /// <exception cref="InvalidOperationException">No row is usable; or another fit of this process keeps its checkpoint in the same file; or rows that are streamed are too many for <see cref="ITrainerInput.MemoryLimit"/>.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is one of other data or options, or damaged: see <see cref="ITrainerInput.CheckpointPath"/>; or streamed rows were read back other than they were written.</exception>
    /// <exception cref="IOException">The checkpoint can't be read or written; or the file of streamed rows (<see cref="ITrainerInput.SpillFolder"/>).</exception>
    /// <exception cref="CommunicationException">Of several processes that fit together (<see cref="ITrainerInput.Communicator"/>) one has failed, or they differ.</exception>
    /// <exception cref="DivergenceException">The loss became infinite, NaN, or kept growing; of a linear model the message names a learning rate that the data allows.</exception>
    /// <exception cref="OperationCanceledException">
    /// The options' token, or all of the <c>MLContext</c>, was cancelled: while rows were read, or in training where <see cref="CancellationBehavior.Throw"/> is set.
    /// </exception>
    public TTransformer Fit(IDataView input) => Fit(input, _input.ValidationSet, null);

    /// <summary>Trains on <paramref name="trainData"/>, validating on <paramref name="validationData"/> after each epoch.</summary>
    /// <param name="trainData">Rows with the label, feature and weight columns.</param>
    /// <param name="validationData">Rows with the same columns.</param>
    /// <inheritdoc cref="Fit(IDataView)" path="/*[self::exception or self::returns]"/>
    public TTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return Fit(trainData, validationData, null);
    }

    /// <summary>Goes on training a model: its weights, and the scale of its numbers, are the start.</summary>
    /// <param name="trainData">Rows with the same columns, features and classes or outputs as the model was trained with.</param>
    /// <param name="modelParameters">The model of an earlier fit or of a loaded transformer: its <c>Model</c>.</param>
    /// <exception cref="ArgumentException">The model's features, terms, layers, classes or outputs differ from what this trainer and the data ask for.</exception>
    /// <exception cref="InvalidOperationException">No row is usable; or the trainer has a solver to which a start makes no difference.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/*[self::exception or self::returns]"/>
    public TTransformer Fit(IDataView trainData, TModel modelParameters)
    {
        ArgumentNullException.ThrowIfNull(modelParameters);
        return Fit(trainData, _input.ValidationSet, modelParameters);
    }

    /// <summary>The schema that a fitted model will promise, checked without reading data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _roles.Check(inputSchema);
        return _roles.Promise(inputSchema);
    }

    /// <summary>Trains on rows whose columns have been checked.</summary>
    private protected abstract TTransformer Fit(FitContext context, IDataView train, IDataView? validation, TModel? start);

    /// <summary>Checks the columns, and does what reads them.</summary>
    /// <param name="activity">What it is called in ML.NET's channel.</param>
    /// <param name="train">The training rows.</param>
    /// <param name="validation">The validation rows, or null.</param>
    /// <param name="run">Reads them.</param>
    /// <param name="checkpoint">What it goes on from and writes; null for nothing.</param>
    /// <param name="shared">The processes that take part; null for this one alone.</param>
    private protected TResult Run<TResult>(string activity, IDataView train, IDataView? validation, Func<FitContext, TResult> run, FitCheckpoint? checkpoint = null, SharedFit? shared = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        _roles.Check(SchemaShapes.Of(train.Schema));
        if (validation is not null)
        {
            _roles.CheckValidation(train.Schema, validation.Schema);
        }

        int seed = _options.Seed ?? checkpoint?.Seed ?? _seed;
        seed = shared?.Seed(seed, isGiven: _options.Seed is not null) ?? seed;
        using var context = new FitContext(_host, _options, _roles, seed, activity, checkpoint, shared);
        try
        {
            var result = run(context);
            checkpoint?.Complete();
            return result;
        }
        catch (FormatException exception) when (exception.Source == Engine && checkpoint is not null)
        {
            throw checkpoint.Refuse(exception);
        }
        catch (ArgumentException exception) when (exception.Source == Engine)
        {
            // The engine names its own parameters, which the caller of Fit has not given.
            throw new ArgumentException($"{_roles.Trainer}: {exception.PlainMessage()}", exception);
        }
        catch (DivergenceException exception) when (Advice(context, exception) is { Length: > 0 } advice)
        {
            throw new DivergenceException(advice, exception);
        }
        catch (OperationCanceledException exception) when (context.Cancellation.IsInner(exception))
        {
            throw context.Cancellation.Exception(exception);
        }
    }

    /// <summary>Whether a training has a state that a checkpoint could hold.</summary>
    private protected virtual bool KeepsCheckpoints => true;

    /// <summary>How a learning rate is found, where the trainer can tell; goes behind the advice to lower it.</summary>
    private protected virtual string? RateAdvice => null;

    /// <summary>What the engine's advice is in terms of the trainer and its columns.</summary>
    private string Advice(FitContext context, DivergenceException exception) => string.Join(' ', new[]
    {
        exception.SuggestedLearningRate is null ? null : RateAdvice,
        exception.HasUnnormalizedFeatures && context.Features.NormalizingCall is { } call ? $"The features in '{_roles.Features}' are not normalised: {call} does it." : null,
        exception.SuggestedLearningRate is null && !exception.HasUnnormalizedFeatures ? null : context.Features.Mend,
    }.OfType<string>());

    private TTransformer Fit(IDataView train, IDataView? validation, TModel? start)
    {
        var shared = _input.Communicator is { } processes ? new SharedFit(processes) : null;
        try
        {
            using var checkpoint = KeepsCheckpoints && shared is not { IsFirst: false } ? FitCheckpoint.Open(_roles.Trainer, _input) : null;
            return Run("Training", train, validation, context => Fit(context, train, validation, start), checkpoint, shared);
        }
        catch (Exception error) when (shared is not null)
        {
            shared.Tell(error);
            throw;
        }
    }
}
