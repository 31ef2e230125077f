using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// One fit of a network: from the columns to the network that they ask for, from rows to what it learns from, and from weights back to a model. Derived classes know what the
/// label column tells.
/// </summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
internal abstract class NetworkFit<TTransformer, TModel>
    where TModel : NetworkModelParameters
{
    private readonly FitContext _context;
    private readonly NetworkTrainerOptions _options;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="schema">The training rows' columns, checked.</param>
    /// <param name="outputs">Outputs that the label asks for.</param>
    protected NetworkFit(FitContext context, NetworkTrainerOptions options, DataViewSchema schema, int outputs)
    {
        _context = context;
        _options = options;
        Features = (VectorDataViewType)schema[Roles.Features].Type;
        FeatureShape = new TensorShape(Features.Dimensions.AsSpan());
        Definition = options.Define(FeatureShape, outputs);
        Definition.CheckBatchSize(options.BatchSize ?? Definition.SmallestBatch);
    }

    protected TrainingRoles Roles => _context.Roles;

    protected int Seed => _context.Seed;

    protected VectorDataViewType Features { get; }

    protected TensorShape FeatureShape { get; }

    protected NetworkDefinition Definition { get; }

    /// <summary>Checks what can be checked before reading, reads, and trains.</summary>
    public TTransformer Train(IDataView train, IDataView? validation, TModel? start)
    {
        if (validation is not null && ProblemWith(validation.Schema[Roles.Label]) is { } problem)
        {
            throw new ArgumentOutOfRangeException("validationData", $"{Roles.Trainer}: {problem}");
        }

        if (start is not null && (ProblemWith(start) ?? NetworkDifference.Find(start.Definition, Definition)) is { } difference)
        {
            throw new ArgumentException($"{Roles.Trainer} can't go on with this model: {difference}", "modelParameters");
        }

        var rows = Read(train, "training", adviseScaling: true);
        return Train(rows, validation is null ? null : Read(validation, "validation", adviseScaling: false), start);
    }

    /// <summary>Runs a learning rate range test on a network with fresh weights.</summary>
    public LearningRateCurve FindLearningRate(IDataView train, LearningRateFinder finder)
    {
        var rows = Prepare(Read(train, "training", adviseScaling: true));
        using var backend = CreateBackend();
        var options = _options.Chosen(rows.Count);
        using var network = CreateNetwork(backend, options, rows, start: null);
        var curve = finder.Run(network, _context.Own(options), rows);
        _context.Channel.Info(MessageSensitivity.None, $"Learning rate finder: {curve}.");
        return curve;
    }

    /// <summary>Makes the reader of labels.</summary>
    protected abstract LabelRows Labels(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Says how the label of validation rows differs from that of the training rows; null when it does not.</summary>
    protected abstract string? ProblemWith(DataViewSchema.Column validationLabel);

    /// <summary>Says how what a model predicts differs from what the label asks for; null when it does not.</summary>
    protected abstract string? ProblemWith(TModel start);

    /// <summary>The rows as a first training sees them.</summary>
    protected abstract TrainingData Prepare(TrainingData rows);

    /// <summary>Prepares the rows, lets the network learn, and makes the transformer.</summary>
    protected abstract TTransformer Train(TrainingData rows, TrainingData? validation, TModel? start);

    /// <summary>Trains the network in the engine, with messages and progress in ML.NET's channels.</summary>
    /// <param name="rows">What to learn.</param>
    /// <param name="validation">What to measure on after each epoch, or null.</param>
    /// <param name="start">Initial weights; null draws them.</param>
    /// <param name="metric">What is reported beside the loss.</param>
    protected (NetworkWeights Weights, TrainingHistory History) Learn(TrainingData rows, TrainingData? validation, NetworkWeights? start, Metric metric)
    {
        var options = _options.Chosen(rows.Count);
        using var reporter = new EpochReporter(_context, options, metric);
        using var backend = CreateBackend();
        using var network = CreateNetwork(backend, options, rows, start);
        _context.Channel.Trace(MessageSensitivity.None, string.Create(
            CultureInfo.InvariantCulture, $"{Definition.ParameterCount:N0} parameters, {rows.Count:N0} training rows, {Definition.OutputShape.Size} outputs, seed {Seed}, {backend.Name}."));

        var result = new TrainingLoop<float>(network, _context.Own(options) with { OnEpoch = reporter.Report }).Run(rows, validation, metric);
        reporter.Finish(result.History, result.BestEpoch, result.StopReason);
        new BaselineWarning(_context, options, result.History, needsNormalization: true, isNetwork: true).Tell(result.Baseline);
        if (result.RowsLeftOut > 0 && !_options.Shuffle)
        {
            _context.Channel.Warning(MessageSensitivity.None, $"The last training row is not learned from: batch normalization can't take it as a batch of its own. Set {nameof(_options.Shuffle)}, so that another row is left out each time, or another {nameof(_options.BatchSize)}.");
        }

        return (network.Save(), result.History);
    }

    private TrainingData Read(IDataView data, string purpose, bool adviseScaling) => _context.Read(data, Labels, purpose, adviseScaling);

    private IBackend<float> CreateBackend() => Backend.Create(_options.Backend, _options.NumberOfThreads ?? 0);

    /// <summary>A network to train on the rows, with the weights to start from or, for null, fresh ones.</summary>
    private Network<float> CreateNetwork(IBackend<float> backend, NetworkTrainerOptions options, TrainingData rows, NetworkWeights? start)
    {
        var network = new Network<float>(Definition, backend, Math.Min(options.BatchSize ?? rows.Count, rows.Count), training: true);
        network.Load(start ?? NetworkWeights.Initialize(Definition, (ulong)Seed));
        return network;
    }
}
