using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What all trainers of multiclass networks share: checks, reading, training with messages and progress, and the fitted transformer.</summary>
internal sealed class MulticlassTraining
{
    /// <summary>More classes than this are a key column without a real range, not a classification.</summary>
    private const ulong MaxClasses = 1_000_000;

    private readonly IHost _host;
    private readonly NetworkTrainerOptions _options;
    private readonly Func<TensorShape, int, NetworkDefinition> _define;
    private readonly TrainingRoles _roles;
    private readonly int _seed;

    /// <param name="host">The trainer's host.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="define">Makes the network for an input shape and a number of classes.</param>
    public MulticlassTraining(IHost host, NetworkTrainerOptions options, Func<TensorShape, int, NetworkDefinition> define)
    {
        _host = host;
        _options = options;
        _define = define;
        _roles = new TrainingRoles(options.TrainerName, options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName);

        // Drawn once, here, so that fitting the same rows again gives the same model.
        _seed = options.Seed ?? host.Rand.Next();
    }

    public static TrainerInfo Info { get; } = TrainerInfos.Create(needNormalization: true, wantCaching: false, supportsValidation: true, supportsIncrementalTraining: true);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _roles.CheckMulticlass(inputSchema);
        return MulticlassOutput.Promise(inputSchema, _roles.Label);
    }

    public MulticlassNetworkTransformer Fit(IDataView train, IDataView? validation, NetworkModelParameters? start)
    {
        ArgumentNullException.ThrowIfNull(train);
        _roles.CheckMulticlass(SchemaShapes.Of(train.Schema));
        var (features, classes) = Describe(train.Schema);
        if (validation is not null)
        {
            CheckValidation(validation.Schema, features, classes);
        }

        var definition = _define(new TensorShape(features.Dimensions.AsSpan()), classes.Count);
        if (start is not null)
        {
            CheckStart(start, definition, classes);
        }

        using var channel = _host.Start("Training");
        var trainRows = Read(train, classes, "training", channel);
        var validationRows = validation is null ? null : Read(validation, classes, "validation", channel);
        return Train(channel, train.Schema, definition, classes, trainRows, validationRows, start);
    }

    private TrainingData Read(IDataView data, ClassLabels classes, string purpose, IChannel channel) =>
        TrainingReader.Read(_roles, data, (row, column) => new ClassLabelRows(row, column, classes), purpose, channel, _options.CancellationToken);

    private (VectorDataViewType Features, ClassLabels Classes) Describe(DataViewSchema schema)
    {
        var key = (KeyDataViewType)schema[_roles.Label].Type;
        if (key.Count is < 2 or > MaxClasses)
        {
            string problem = key.Count < 2 ? "a classifier needs at least 2" : $"more than {MaxClasses:N0} is surely not meant";
            throw new ArgumentOutOfRangeException(
                "inputSchema",
                string.Create(CultureInfo.InvariantCulture, $"{_roles.Trainer}: the label column '{_roles.Label}' has {key.Count} classes, but {problem}. Map the classes to keys with mlContext.Transforms.Conversion.MapValueToKey(\"{_roles.Label}\")."));
        }

        return ((VectorDataViewType)schema[_roles.Features].Type, ClassLabels.From(schema[_roles.Label]));
    }

    private MulticlassNetworkTransformer Train(
        IChannel channel, DataViewSchema schema, NetworkDefinition definition, ClassLabels classes, TrainingData rows, TrainingData? validation, NetworkModelParameters? start)
    {
        using var progress = _host.StartProgressChannel("Training");
        var reporter = new EpochReporter(channel, progress, _options.NumberOfEpochs, _options.OnEpoch);

        using var backend = Kernels.Backend.Create(_options.Backend, _options.NumberOfThreads ?? 0);
        using var network = new Network<float>(definition, backend, Math.Min(_options.BatchSize, rows.Count), training: true);
        network.Load(start?.Weights ?? NetworkWeights.Initialize(definition, (ulong)_seed));
        channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{definition.ParameterCount:N0} parameters, {rows.Count:N0} training rows, {classes.Count} classes, seed {_seed}, {backend.Name}."));

        var result = new TrainingLoop<float>(network, LoopOptions(validation, reporter)).Run(rows);
        reporter.Finish(result);

        var model = new NetworkModelParameters(definition, network.Save(), _options.Loss.AppliesSoftmax, classes, result.History);
        return new MulticlassNetworkTransformer(model, _options.FeatureColumnName, schema);
    }

    private TrainingOptions LoopOptions(TrainingData? validation, EpochReporter reporter) => new()
    {
        Epochs = _options.NumberOfEpochs,
        BatchSize = _options.BatchSize,
        Loss = _options.Loss,
        Optimizer = _options.LearningRate is { } rate ? _options.Optimizer with { LearningRate = rate } : _options.Optimizer,
        L1 = _options.L1Regularization,
        L2 = _options.L2Regularization,
        ClipValue = _options.ClipValue ?? double.PositiveInfinity,
        ClipNorm = _options.ClipNorm ?? double.PositiveInfinity,
        Shuffle = _options.Shuffle,
        Seed = (ulong)_seed,
        ValidationData = validation,
        ValidationFraction = validation is null ? _options.ValidationFraction : 0,
        EarlyStopping = _options.EarlyStopping,
        OnBatch = _options.OnBatch,
        OnEpoch = reporter.Report,
        CancellationToken = _options.CancellationToken,
        CancellationBehavior = _options.CancellationBehavior,
    };

    private void CheckValidation(DataViewSchema schema, VectorDataViewType features, ClassLabels classes)
    {
        _roles.CheckMulticlass(SchemaShapes.Of(schema));
        var (validationFeatures, validationClasses) = Describe(schema);
        if (validationFeatures.Size != features.Size)
        {
            throw new ArgumentOutOfRangeException("validationData", $"{_roles.Trainer}: the validation features '{_roles.Features}' have {validationFeatures.Size} values a row, the training ones {features.Size}. Transform both with the same fitted pipeline.");
        }

        if (!validationClasses.Matches(classes))
        {
            throw new ArgumentOutOfRangeException("validationData", $"{_roles.Trainer}: the keys of the validation label '{_roles.Label}' stand for other classes than those of the training label. Map both with the same fitted MapValueToKey.");
        }
    }

    private void CheckStart(NetworkModelParameters start, NetworkDefinition definition, ClassLabels classes)
    {
        if (!start.Definition.Equals(definition))
        {
            throw new ArgumentException($"{_roles.Trainer} can go on only with a model of its own layers. The model is {start.Definition}; the trainer and the data ask for {definition}. Give the trainer the model's layers, and data with the model's features and classes.", nameof(start));
        }

        if (!start.Classes.Matches(classes))
        {
            throw new ArgumentException($"{_roles.Trainer}: the model's classes differ from those of the label '{_roles.Label}'. Map the label with the MapValueToKey that the model was trained with.", nameof(start));
        }
    }
}
