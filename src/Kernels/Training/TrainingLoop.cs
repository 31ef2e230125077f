using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Mini-batch gradient descent on a network. A run starts from the weights that the network has, so running again continues
/// training (with a fresh optimizer state). One thread at a time.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class TrainingLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly TrainingOptions _options;

    /// <summary>Prepares training.</summary>
    /// <param name="network">A network made for training; it ends with the trained weights.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">The network can't be trained, or a setting is out of its range.</exception>
    public TrainingLoop(Network<T> network, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options = options with { };
        options.Validate();
        if (network.Definition.TrainableLength == 0)
        {
            throw new ArgumentException($"The network {network.Definition} has no weights to train. Add a layer that has some, for example a dense one.", nameof(network));
        }

        if (network.Gradients.IsNone)
        {
            throw new ArgumentException("The network was made for prediction only. Create it with training: true.", nameof(network));
        }

        network.Definition.CheckBatchSize(options.BatchSize ?? network.MaxRows);
        if (!options.Loss.IsOfSingleOutputs && network.Definition.OutputShape.Size == 1)
        {
            throw new ArgumentException(
                $"The loss {options.Loss.Name} compares the outputs of a row, but the network has only one, so that the loss never changes. Give it at least 2 outputs, or take {nameof(BinaryCrossEntropy)}.", nameof(options));
        }

        _network = network;
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="data">Data of the network's input and output sizes.</param>
    /// <param name="validation">Data to measure after each epoch, which then takes the place of <see cref="DescentOptions.ValidationFraction"/>; null for none.</param>
    /// <param name="metric">What is reported beside the loss; null for what targets and loss call for (<see cref="Metric.For"/>).</param>
    /// <returns>History and reason of the end; the weights are in the network.</returns>
    /// <exception cref="ArgumentException">
    /// The data does not fit the network or the batch size, or holds a number that is infinite or NaN, or a target outside the loss's range; the message names the row.
    /// </exception>
    /// <exception cref="DivergenceException">
    /// The first loss that is not finite, a weight or gradient that is not, or a loss that keeps growing. The network keeps the weights it had then.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled, and <see cref="CancellationBehavior.Throw"/> is set.</exception>
    /// <remarks>
    /// A loss keeps growing when, compared for each unit of row weight, every one of the last 8 batches (or 16, 32, …) lies above 1000 times the starting level (the first batch's loss or
    /// the loss of an output of zeros, whichever is larger), and the later half of them above the earlier half. A peak that comes down again is not an error. A run that is too short for
    /// eight must not end with half of its batches up there.
    /// </remarks>
    public TrainingResult Run(TrainingData data, TrainingData? validation = null, Metric? metric = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataChecks.Fit(data, _network.Definition, "training");
        DataChecks.SuitTargets(data, _options.Loss, "training");
        if (validation is not null)
        {
            DataChecks.Fit(validation, _network.Definition, "validation");
            DataChecks.SuitTargets(validation, _options.Loss, "validation");
        }
        else if (_options.ValidationFraction > 0)
        {
            (data, validation) = data.Split(_options.ValidationFraction, RandomKey.Derive(_options.RandomSeed, TrainingSession<T>.SplitStream));
        }

        if (data.Count < _network.Definition.SmallestBatch)
        {
            throw new ArgumentException(
                $"The training data has one row{(_options.ValidationFraction > 0 ? $" beside those that {nameof(_options.ValidationFraction)} sets aside" : "")}, but batch normalization of one number a channel needs at least {_network.Definition.SmallestBatch} in a batch. Give more rows, or take layer normalization.", nameof(data));
        }

        if (_options.Loss.Reduction == Reduction.Mean)
        {
            (data, validation) = (data.WithUsualWeights(), validation?.WithUsualWeights());
        }

        TrainingOptions options = TrainingLength.Choose(_options, data.Count, _network.MaxRows);
        int largest = Math.Min(options.BatchRows, data.Count);
        if (_network.MaxRows < largest)
        {
            throw new ArgumentException(
                $"A batch of {largest} rows does not fit: the network was made for at most {_network.MaxRows}. Create it with a larger maxRows, or lower {nameof(TrainingOptions.BatchSize)}.");
        }

        using TrainingSession<T> session = new(_network, options, data, validation, metric);
        return session.Run();
    }
}
