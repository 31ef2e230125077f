using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a <see cref="NetworkTrainer{TTransformer, TModel}"/> asks for, whatever its label tells.</summary>
internal interface INetworkTraining<TTransformer, TModel>
    where TModel : NetworkModelParameters
{
    SchemaShape GetOutputSchema(SchemaShape inputSchema);

    TTransformer Fit(IDataView train, IDataView? validation, TModel? start);

    LearningRateCurve FindLearningRate(IDataView train, LearningRateFinder? finder);
}

/// <summary>What all trainers of networks share: checks before reading, reading, and the order of a fit. Derived classes know the label.</summary>
/// <typeparam name="TTarget">What the label column tells: the classes, or the outputs.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
internal abstract class NetworkTraining<TTarget, TModel, TTransformer> : INetworkTraining<TTransformer, TModel>
    where TModel : NetworkModelParameters
{
    private readonly IHost _host;
    private readonly Func<TensorShape, int, NetworkDefinition> _define;
    private readonly int _seed;

    /// <param name="host">The trainer's host.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="define">Makes the network for an input shape and a number of outputs.</param>
    protected NetworkTraining(IHost host, NetworkTrainerOptions options, Func<TensorShape, int, NetworkDefinition> define)
    {
        _host = host;
        Options = options;
        _define = define;
        Roles = new TrainingRoles(options.TrainerName, options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName);

        // Drawn once, here, so that fitting the same rows again gives the same model.
        _seed = options.Seed ?? host.Rand.Next();
    }

    protected NetworkTrainerOptions Options { get; }

    protected TrainingRoles Roles { get; }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Check(inputSchema);
        return Promise(inputSchema);
    }

    public TTransformer Fit(IDataView train, IDataView? validation, TModel? start)
    {
        ArgumentNullException.ThrowIfNull(train);
        var (features, target, definition) = CheckTraining(train.Schema);
        if (validation is not null)
        {
            CheckValidation(validation.Schema, features, target);
        }

        if (start is not null)
        {
            CheckStart(start, definition, target);
        }

        using var channel = _host.Start("Training");
        var rows = Read(train, target, "training", channel, adviseScaling: true);
        var validationRows = validation is null ? null : Read(validation, target, "validation", channel, adviseScaling: false);
        var run = new NetworkRun(_host, channel, Options, definition, _seed);
        return Train(run, features, target, rows, validationRows, start);
    }

    public LearningRateCurve FindLearningRate(IDataView train, LearningRateFinder? finder)
    {
        ArgumentNullException.ThrowIfNull(train);
        finder ??= new LearningRateFinder();
        finder.Validate();
        var (features, target, definition) = CheckTraining(train.Schema);
        using var channel = _host.Start("Learning rate finder");
        var rows = Read(train, target, "training", channel, adviseScaling: true);
        var run = new NetworkRun(_host, channel, Options, definition, _seed);
        return run.FindLearningRate(finder, ForFinder(run, features, target, rows));
    }

    /// <summary>Checks the columns' types, without reading data.</summary>
    protected abstract void Check(SchemaShape schema);

    /// <summary>The output's shape, for a schema that has been checked.</summary>
    protected abstract SchemaShape Promise(SchemaShape schema);

    /// <summary>What the label column tells.</summary>
    protected abstract TTarget Describe(DataViewSchema.Column label);

    /// <summary>Outputs of the network.</summary>
    protected abstract int Outputs(TTarget target);

    /// <summary>Makes the reader of labels.</summary>
    protected abstract LabelRows Labels(DataViewRow row, DataViewSchema.Column column, TTarget target);

    /// <summary>Says how the target of validation rows or of an earlier model differs from that of the training rows; null when it does not.</summary>
    protected abstract (string Validation, string Start)? Difference(TTarget training, TTarget other);

    /// <summary>What an earlier model predicts.</summary>
    protected abstract TTarget TargetOf(TModel model);

    /// <summary>Trains and makes the transformer.</summary>
    protected abstract TTransformer Train(NetworkRun run, VectorDataViewType features, TTarget target, TrainingData rows, TrainingData? validation, TModel? start);

    /// <summary>The rows as a first training would see them.</summary>
    protected abstract TrainingData ForFinder(NetworkRun run, VectorDataViewType features, TTarget target, TrainingData rows);

    private (VectorDataViewType Features, TTarget Target, NetworkDefinition Definition) CheckTraining(DataViewSchema schema)
    {
        Check(SchemaShapes.Of(schema));
        var features = FeatureType(schema);
        var target = Describe(schema[Roles.Label]);
        return (features, target, _define(new TensorShape(features.Dimensions.AsSpan()), Outputs(target)));
    }

    private VectorDataViewType FeatureType(DataViewSchema schema) => (VectorDataViewType)schema[Roles.Features].Type;

    private TrainingData Read(IDataView data, TTarget target, string purpose, IChannel channel, bool adviseScaling) =>
        TrainingReader.Read(Roles, data, (row, column) => Labels(row, column, target), purpose, channel, Options.CancellationToken, adviseScaling);

    private void CheckValidation(DataViewSchema schema, VectorDataViewType features, TTarget target)
    {
        Check(SchemaShapes.Of(schema));
        var other = FeatureType(schema);
        int size = other.Size;
        if (size != features.Size)
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Roles.Trainer}: the validation features '{Roles.Features}' have {size} values a row, the training ones {features.Size}. Transform both with the same fitted pipeline.");
        }

        if (features.Dimensions.Length > 1 && other.Dimensions.Length > 1 && !features.Dimensions.Where(d => d > 1).SequenceEqual(other.Dimensions.Where(d => d > 1)))
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Roles.Trainer}: the validation features '{Roles.Features}' lie as [{string.Join(", ", other.Dimensions)}], the training ones as [{string.Join(", ", features.Dimensions)}]. Transform both with the same fitted pipeline.");
        }

        if (Difference(target, Describe(schema[Roles.Label])) is { } difference)
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Roles.Trainer}: {difference.Validation}");
        }
    }

    private void CheckStart(TModel start, NetworkDefinition definition, TTarget target)
    {
        if (!start.Definition.Equals(definition))
        {
            throw new ArgumentException($"{Roles.Trainer} can go on only with a model of its own layers. {LayerDifference(start.Definition, definition)} Give the trainer the model's layers, and data with the model's features and label.", nameof(start));
        }

        if (Difference(target, TargetOf(start)) is { } difference)
        {
            throw new ArgumentException($"{Roles.Trainer}: {difference.Start}", nameof(start));
        }
    }

    /// <summary>The networks, or, where their shapes are the same, the first layer whose settings differ.</summary>
    private static string LayerDifference(NetworkDefinition model, NetworkDefinition wanted)
    {
        if (model.ToString() != wanted.ToString())
        {
            return $"The model is {model}; the trainer and the data ask for {wanted}.";
        }

        int layer = Enumerable.Range(0, wanted.Layers.Count).First(i => !model.Layers[i].Equals(wanted.Layers[i]));
        return $"Layer {layer + 1} of the model is {model.Layers[layer]}; the trainer asks for {wanted.Layers[layer]}.";
    }
}

/// <summary>What all trainers of networks say about themselves.</summary>
internal static class NetworkTraining
{
    public static TrainerInfo Info { get; } = TrainerInfos.Create(needNormalization: true, wantCaching: false, supportsValidation: true, supportsIncrementalTraining: true);
}
