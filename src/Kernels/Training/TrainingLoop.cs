using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Mini-batch gradient descent on a network. A run starts from the weights that the network has, so running again continues
/// training (with a fresh optimizer state). One thread at a time.
/// </summary>
/// <remarks>
/// Several replicas of a network, each on a back end of its own, train together: every batch is cut into <see cref="TrainingOptions.Shards"/>, of which each replica computes some, on its own thread; gradients, losses and
/// metrics are added up in one order, and all replicas take the same step. So the result has the same bits for any number of replicas whose back ends compute alike; it has others than that of a network that trains alone.
/// </remarks>
/// <typeparam name="T">Element type.</typeparam>
public sealed class TrainingLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly IReadOnlyList<Network<T>>? _replicas;
    private readonly Communicator? _communicator;
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

        if (network.Layers.GradientLength == 0)
        {
            throw new ArgumentException($"All layers of the network {network.Definition} that have weights are frozen, so that there is nothing to train. Give one of them a factor of the learning rate above 0.", nameof(network));
        }

        network.Layers.CheckBatchSize(options.BatchSize ?? network.MaxRows);
        if (!options.Loss.IsOfSingleOutputs && network.Definition.OutputShape.Size == 1)
        {
            throw new ArgumentException(
                $"The loss {options.Loss.Name} compares the outputs of a row, but the network has only one, so that the loss never changes. Give it at least 2 outputs, or take {nameof(BinaryCrossEntropy)}.", nameof(options));
        }

        _network = network;
        _options = options;
    }

    /// <summary>Prepares training by several replicas, or by one in the same way.</summary>
    /// <param name="replicas">
    /// Networks of one definition made for training, each on a back end of its own; row sources are read by all at once. The first one has the weights to start from and ends with the trained ones; what the others end with is of no use.
    /// Each needs room for the rows of a shard, not of a batch.
    /// </param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">There are no networks or more than shards, two share a back end or differ in their layers, one can't be trained, or a setting is out of its range.</exception>
    public TrainingLoop(IReadOnlyList<Network<T>> replicas, TrainingOptions options)
        : this(replicas, options, null)
    {
    }

    /// <summary>Prepares training that several processes share, each with one replica or more.</summary>
    /// <param name="replicas">This process's networks, as without other processes; all processes need the same weights to start from, and all end with the same trained ones.</param>
    /// <param name="options">The settings, the same in every process, except callbacks and what ends it.</param>
    /// <param name="communicator">The processes; null for this one alone.</param>
    /// <inheritdoc cref="TrainingLoop(IReadOnlyList{Network{T}}, TrainingOptions)" path="/exception"/>
    /// <remarks>
    /// The batches' shards are divided among the replicas of all processes, whose result has the same bits for any number of either. Every process has all rows at hand, of which it reads those of its own shards, and validates its
    /// part of the batches. <see cref="TrainingOptions.OnBatch"/> is told the process's batches of validation, as part of all.
    /// </remarks>
    public TrainingLoop(IReadOnlyList<Network<T>> replicas, TrainingOptions options, Communicator? communicator)
        : this(First(replicas), options)
    {
        _replicas = [.. replicas];
        _communicator = communicator;
        int all = replicas.Count * (communicator?.Size ?? 1);
        if (all > _options.Shards)
        {
            string fewer = communicator is null ? "take fewer devices" : "start fewer processes";
            throw new ArgumentException($"{all} replicas can't share {_options.Shards} shards of a batch. Set {nameof(TrainingOptions.Shards)} to at least {all}, or {fewer}.", nameof(replicas));
        }

        for (int i = 1; i < replicas.Count; i++)
        {
            Network<T> replica = replicas[i] ?? throw new ArgumentException($"Replica {i} is null.", nameof(replicas));
            if (!replica.Definition.Equals(_network.Definition) || replica.Gradients.IsNone)
            {
                throw new ArgumentException($"Replica {i} is {(replica.Gradients.IsNone ? "made for prediction only" : $"{replica.Definition}, but the first one is {_network.Definition}")}. Create all with the same layers and training: true.", nameof(replicas));
            }

            if (!replica.LayerRates.SequenceEqual(_network.LayerRates))
            {
                throw new ArgumentException($"Replica {i} has other layers frozen, or other rates of the layers, than the first one. Create all with the same layerRates.", nameof(replicas));
            }

            if (_replicas.Take(i).Any(other => ReferenceEquals(other.Backend, replica.Backend)))
            {
                throw new ArgumentException($"Replica {i} shares its back end with another one. Give each a back end of its own: one thread uses it.", nameof(replicas));
            }
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="data">Data of the network's input and output sizes.</param>
    /// <param name="validation">Data to measure after each epoch, which then takes the place of <see cref="DescentOptions.ValidationFraction"/>; null for none.</param>
    /// <param name="metric">What is reported beside the loss; null for what targets and loss call for (<see cref="Metric.For"/>).</param>
    /// <param name="checkpoints">Where the run keeps its state, and finds that of one that was broken off; null for nowhere. Of several processes only the first one's is used; the others go on from its state.</param>
    /// <returns>History and reason of the end; the weights are in the network.</returns>
    /// <exception cref="ArgumentException">
    /// The data does not fit the network or the batch size, or holds a number that is infinite or NaN, or a target outside the loss's range; the message names the row.
    /// </exception>
    /// <exception cref="CommunicationException">Another process that takes part has failed, ended or fallen silent, or has other data or options.</exception>
    /// <exception cref="FormatException">What <paramref name="checkpoints"/> has is damaged, or of another run: the message says how, as the end of a sentence.</exception>
    /// <exception cref="DivergenceException">
    /// The first loss that is not finite, a weight or gradient that is not, or a loss that keeps growing. The network keeps the weights it had then.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled, and <see cref="CancellationBehavior.Throw"/> is set.</exception>
    /// <remarks>
    /// A loss keeps growing when, compared for each unit of row weight, every one of the last 8 batches (or 16, 32, …) lies above 1000 times the starting level (the first batch's loss or
    /// the loss of an output of zeros, whichever is larger), and the later half of them above the earlier half. A peak that comes down again is not an error. A run that is too short for
    /// eight must not end with half of its batches up there.
    /// </remarks>
    public TrainingResult Run(TrainingData data, TrainingData? validation = null, Metric? metric = null, ICheckpointStore? checkpoints = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (_communicator is null)
        {
            return Run(data, validation, metric, checkpoints, null);
        }

        using SharedRun processes = new(_communicator, _options.CancellationToken);
        try
        {
            return Run(data, validation, metric, new SharedCheckpoints(_communicator, checkpoints), processes);
        }
        catch (Exception error) when (error is not (DivergenceException or CommunicationException) && !processes.Token.IsCancellationRequested)
        {
            // What all processes come to alike ends all of them; the rest they have to be told.
            _communicator.Fail(error.Message);
            throw;
        }
    }

    private TrainingResult Run(TrainingData data, TrainingData? validation, Metric? metric, ICheckpointStore? checkpoints, SharedRun? processes)
    {
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

        if (data.Count < _network.SmallestBatch)
        {
            throw new ArgumentException(
                $"The training data has one row{(_options.ValidationFraction > 0 ? $" beside those that {nameof(_options.ValidationFraction)} sets aside" : "")}, but batch normalization of one number a channel needs at least {_network.SmallestBatch} in a batch. Give more rows, or take layer normalization.", nameof(data));
        }

        if (_options.Loss.Reduction == Reduction.Mean)
        {
            (data, validation) = (data.WithUsualWeights(), validation?.WithUsualWeights());
        }

        if (_replicas is null)
        {
            TrainingOptions options = TrainingLength.Choose(_options, data.Count, _network.MaxRows);
            CheckRoom(_network, Math.Min(options.BatchRows, data.Count), "batch");
            using TrainingSession<T> session = new([_network], options, data, validation, metric, checkpoints);
            return session.Run();
        }
        else
        {
            TrainingOptions options = TrainingLength.Choose(_options, data.Count, (int)Math.Min((long)_network.MaxRows * _options.Shards, int.MaxValue));
            foreach (Network<T> replica in _replicas)
            {
                CheckRoom(replica, ShardCut.LargestOf(Math.Min(options.BatchRows, data.Count), options.Shards, _network.SmallestBatch), "shard");
            }

            options = processes is null ? options : options with { CancellationToken = processes.Token };
            using OwnerThreads threads = new(_replicas.Count);
            using TrainingSession<T> session = new(_replicas, options, data, validation, metric, checkpoints, threads, processes);
            return session.Run();
        }
    }

    private static Network<T> First(IReadOnlyList<Network<T>> replicas)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        return replicas.Count > 0 ? replicas[0] : throw new ArgumentException("There is no network to train.", nameof(replicas));
    }

    private static void CheckRoom(Network<T> network, int rows, string what)
    {
        if (network.MaxRows < rows)
        {
            throw new ArgumentException(
                $"A {what} of {rows} rows does not fit: the network was made for at most {network.MaxRows}. Create it with a larger maxRows, or lower {nameof(TrainingOptions.BatchSize)}.");
        }
    }
}
