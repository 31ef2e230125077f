using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One training of a network in the engine, with messages and progress in ML.NET's channels.</summary>
internal sealed class NetworkRun(IHost host, IChannel channel, NetworkTrainerOptions options, NetworkDefinition definition, int seed)
{
    public NetworkDefinition Definition => definition;

    /// <summary>The rows with images that lie as [height, width, channels], in the order that networks train on.</summary>
    public TrainingData ChannelsFirst(TrainingData rows) => With(rows, new ChannelsLastRows(rows.Features, definition.InputShape));

    /// <summary>
    /// The rows with images that training sees changed at random; rows set aside for validation stay as they are. The seed is another than the loop's, so that no image's
    /// changes come from the numbers that order the rows.
    /// </summary>
    public TrainingData Augment(TrainingData rows, ImageAugmentation augmentation) =>
        With(rows, new AugmentedRows(rows.Features, definition.InputShape, augmentation, ~(ulong)seed));

    /// <summary>Trains.</summary>
    /// <param name="rows">What to learn.</param>
    /// <param name="validation">What to measure on after each epoch, or null.</param>
    /// <param name="start">Initial weights; null draws them.</param>
    /// <param name="metric">What is reported beside the loss.</param>
    public (NetworkWeights Weights, TrainingHistory History) Train(TrainingData rows, TrainingData? validation, NetworkWeights? start, Metric metric)
    {
        using var progress = host.StartProgressChannel("Training");
        var reporter = new EpochReporter(channel, progress, options.NumberOfEpochs, metric, options.OnEpoch);

        using var backend = CreateBackend();
        using var network = CreateNetwork(backend, rows, start);
        channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{definition.ParameterCount:N0} parameters, {rows.Count:N0} training rows, {definition.OutputShape.Size} outputs, seed {seed}, {backend.Name}."));

        var result = new TrainingLoop<float>(network, LoopOptions() with
        {
            ValidationData = validation,
            ValidationFraction = validation is null ? options.ValidationFraction : 0,
            Metric = metric,
            OnEpoch = reporter.Report,
        }).Run(rows);
        reporter.Finish(result.History, result.BestEpoch, result.StopReason);
        return (network.Save(), result.History);
    }

    /// <summary>Runs a learning rate range test on a network with fresh weights.</summary>
    public LearningRateCurve FindLearningRate(LearningRateFinder finder, TrainingData rows)
    {
        using var backend = CreateBackend();
        using var network = CreateNetwork(backend, rows, start: null);
        var curve = finder.Run(network, LoopOptions(), rows);
        channel.Info(MessageSensitivity.None, curve.Suggestion is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"Learning rate finder: {rate:G3}, a tenth of the rate at which the loss was lowest, after {curve.Points.Count} updates.")
            : "Learning rate finder: the loss never fell between the lowest and the highest rate.");
        return curve;
    }

    private IBackend<float> CreateBackend() => Backend.Create(options.Backend, options.NumberOfThreads ?? 0);

    /// <summary>A network to train on the rows, with the weights to start from or, for null, fresh ones.</summary>
    private Network<float> CreateNetwork(IBackend<float> backend, TrainingData rows, NetworkWeights? start)
    {
        var network = new Network<float>(definition, backend, Math.Min(options.BatchSize, rows.Count), training: true);
        network.Load(start ?? NetworkWeights.Initialize(definition, (ulong)seed));
        return network;
    }

    private static TrainingData With(TrainingData rows, IRowSource<float> features) => new(features, rows.Targets, rows.Weights.IsEmpty ? null : rows.Weights.ToArray());

    private TrainingOptions LoopOptions() => new()
    {
        Epochs = options.NumberOfEpochs,
        BatchSize = options.BatchSize,
        AccumulationSteps = options.AccumulationSteps,
        Loss = options.Loss,
        Optimizer = options.EffectiveOptimizer,
        Schedule = options.Schedule,
        L1 = options.L1Regularization,
        L2 = options.L2Regularization,
        ClipValue = options.ClipValue ?? double.PositiveInfinity,
        ClipNorm = options.ClipNorm ?? double.PositiveInfinity,
        MaxNorm = options.MaxNorm ?? double.PositiveInfinity,
        AverageDecay = options.AverageDecay,
        Shuffle = options.Shuffle,
        Seed = (ulong)seed,
        EarlyStopping = options.EarlyStopping,
        OnBatch = options.OnBatch,
        CancellationToken = options.CancellationToken,
        CancellationBehavior = options.CancellationBehavior,
    };
}
