using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Trains the members of an ensemble at the same time, each on one thread, so that their weights have the same bits for any number of threads; on GPUs one after another on each.</summary>
/// <param name="context">The trainer's call.</param>
/// <param name="definition">One member's network.</param>
/// <param name="scale">What its front layers compute with.</param>
/// <param name="rates">A factor of the learning rate for each of its layers; null for 1.</param>
/// <param name="metric">What is measured beside the loss.</param>
/// <param name="gpus">The GPUs that train; none for the processor.</param>
/// <param name="all">All candidates, whose places name the states of a checkpoint.</param>
/// <param name="checkpoints">Where the states of the trainings are kept; null for nowhere.</param>
internal sealed class MemberTraining(
    FitContext context, NetworkDefinition definition, InputScale scale, double[]? rates, Metric metric, IReadOnlyList<IBackend<float>> gpus, IReadOnlyList<NetworkTrainerOptions> all, MemberCheckpoints? checkpoints)
{
    private readonly Lock _callbacks = new();
    private readonly ConcurrentBag<IBackend<float>> _idle = [.. gpus];

    /// <summary>Trains some members of each candidate.</summary>
    /// <param name="candidates">Options with nothing left open.</param>
    /// <param name="parts">The rows that each member trains and validates on.</param>
    /// <param name="members">Which members.</param>
    /// <param name="starts">The weights that the members start from; null draws them.</param>
    /// <returns>The candidates that did not diverge, at least one.</returns>
    /// <exception cref="DivergenceException">All candidates diverged.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled, and should throw.</exception>
    public IReadOnlyList<TrainedMembers> Train(
        IReadOnlyList<NetworkTrainerOptions> candidates, IReadOnlyList<(TrainingData Training, TrainingData? Validation)> parts, Range members, IReadOnlyList<NetworkWeights>? starts)
    {
        var (first, count) = members.GetOffsetAndLength(parts.Count);
        var trained = new (NetworkWeights Weights, TrainingResult Result)[candidates.Count * count];
        var errors = new ExceptionDispatchInfo?[trained.Length];
        if (context.Spill is { } spill)
        {
            // However many threads there are, so that their number does not change the order of rows.
            spill.Readers = parts.Count;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation.Token);
        if (context.Shared is not null)
        {
            // All processes train them in the same order.
            for (int job = 0; job < trained.Length; job++)
            {
                TrainJob(job);
            }
        }
        else
        {
            // Long ones first and each by the next thread that is free, so that all end at about the same time: a parallel loop of its own cuts them into ranges before it knows what they take.
            int[] order = [.. Enumerable.Range(0, trained.Length).OrderByDescending(job => candidates[job / count].NumberOfEpochs)];
            int begun = 0;
            int threads = Math.Min(gpus.Count > 0 ? gpus.Count : candidates[0].NumberOfThreads ?? Environment.ProcessorCount, order.Length);
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
            {
                for (int next = Interlocked.Increment(ref begun); next <= order.Length; next = Interlocked.Increment(ref begun))
                {
                    TrainJob(order[next - 1]);
                }
            });
        }

        if (context.Cancellation.Token.IsCancellationRequested)
        {
            checkpoints?.Flush();
        }

        // What ended the others goes before their end; of several, the first one's, so that it is the same every time.
        Array.Find(errors, error => error is { SourceException: not (DivergenceException or OperationCanceledException) })?.Throw();
        if (Array.Exists(errors, error => error is { SourceException: OperationCanceledException }))
        {
            throw new OperationCanceledException(context.Cancellation.Token);
        }

        int[] good = [.. Enumerable.Range(0, candidates.Count).Where(candidate => errors.AsSpan(candidate * count, count).IndexOfAnyExcept(default(ExceptionDispatchInfo)) < 0)];
        if (good.Length == 0)
        {
            Array.Find(errors, error => error is not null)!.Throw();
        }

        return [.. good.Select(candidate => new TrainedMembers(
            candidates[candidate],
            [.. trained.Skip(candidate * count).Take(count).Select(member => member.Weights)],
            [.. trained.Skip(candidate * count).Take(count).Select(member => member.Result)]))];

        void TrainJob(int job)
        {
            int member = first + (job % count);
            try
            {
                var candidate = candidates[job / count];
                trained[job] = Train(Own(candidate, member, stop.Token), parts[member], starts?[member], checkpoints?.Of(PlaceOf(candidate), member));
            }
            catch (Exception exception)
            {
                errors[job] = ExceptionDispatchInfo.Capture(exception);
                if (exception is not DivergenceException)
                {
                    stop.Cancel();
                }
            }
        }
    }

    private int PlaceOf(NetworkTrainerOptions candidate) => Enumerable.Range(0, all.Count).First(i => ReferenceEquals(all[i], candidate));

    private (NetworkWeights Weights, TrainingResult Result) Train(
        NetworkTrainerOptions options, (TrainingData Training, TrainingData? Validation) part, NetworkWeights? start, ICheckpointStore? store)
    {
        // As many train at a time as there are GPUs; with other processes one, by all threads.
        var processes = context.Shared?.Communicator;
        using var backend = _idle.TryTake(out var gpu) ? null : Backend.Create(options.Backend, processes is null ? 1 : options.NumberOfThreads ?? 0);
        try
        {
            using var network = Create(gpu ?? backend!, definition, scale, options, part.Training, start, rates, together: processes is not null);
            var loop = processes is null ? new TrainingLoop<float>(network, options) : new TrainingLoop<float>([network], options, processes);
            var result = loop.Run(part.Training, part.Validation, metric, store);
            return (network.Save(), result);
        }
        catch (Exception error) when (gpu?.Explain(error) is { } explained && !ReferenceEquals(explained, error))
        {
            throw explained;
        }
        finally
        {
            if (gpu is not null)
            {
                _idle.Add(gpu);
            }
        }
    }

    /// <summary>A network to train on rows, with the weights to start from or, for null, fresh ones.</summary>
    /// <param name="backend">Where it is trained.</param>
    /// <param name="definition">Its layers.</param>
    /// <param name="scale">What its front layers compute with.</param>
    /// <param name="options">Options with nothing left open.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="start">The weights; null for fresh ones.</param>
    /// <param name="rates">A factor of the learning rate for each layer, 0 for a frozen one; null for 1.</param>
    /// <param name="together">Whether it is one of several that share each batch.</param>
    public static Network<float> Create(
        IBackend<float> backend, NetworkDefinition definition, InputScale scale, NetworkTrainerOptions options, TrainingData rows, NetworkWeights? start, double[]? rates, bool together = false)
    {
        int batch = Math.Min(options.BatchSize ?? rows.Count, rows.Count);
        var network = new Network<float>(definition, backend, together ? options.ShardRows(batch, definition) : batch, training: true, layerRates: rates);
        if (start is null)
        {
            start = NetworkWeights.Initialize(definition, (ulong)(options.Seed ?? 0));
            scale.Fill(start);
        }

        network.Load(start);
        return network;
    }

    /// <summary>The seed of a member of options, another one for each.</summary>
    public static int? SeedOf(FitContext context, NetworkTrainerOptions options, int member) =>
        member == 0 ? context.Own(options).Seed : (int)(new RandomSource(((ulong)context.Seed << 16) + (ulong)member).NextUInt64() & int.MaxValue);

    /// <summary>A member's own options: another seed for each, and callbacks that never come from two at once.</summary>
    private NetworkTrainerOptions Own(NetworkTrainerOptions options, int member, CancellationToken stop)
    {
        options = context.Own(options);
        var onBatch = options.OnBatch;
        return options with
        {
            Seed = SeedOf(context, options, member),
            CancellationToken = stop,
            OnEpoch = null,
            OnBatch = onBatch is null ? null : batch =>
            {
                lock (_callbacks)
                {
                    onBatch(batch);
                }
            },
        };
    }
}

/// <summary>Members that were trained with the same options.</summary>
/// <param name="Options">The options.</param>
/// <param name="Weights">Each member's weights.</param>
/// <param name="Results">How each was trained.</param>
internal sealed record TrainedMembers(NetworkTrainerOptions Options, IReadOnlyList<NetworkWeights> Weights, IReadOnlyList<TrainingResult> Results)
{
    /// <summary>The rows that each member was not trained on; empty for none.</summary>
    public IReadOnlyList<TrainingData> HeldOut { get; init; } = [];

    /// <summary>The mean of the members' losses on the rows that they were not trained on; of the training rows where there are no others.</summary>
    public double Loss => Results.Average(result => LossOf(Ended(result)));

    /// <summary>Epochs that all members have finished, each with the mean of their figures.</summary>
    public TrainingHistory History => new(Results[0].History.Metric, [.. Enumerable.Range(0, Results.Min(result => result.Epochs)).Select(Mean)]);

    /// <summary>The same with others that were trained with the same options.</summary>
    public TrainedMembers With(TrainedMembers others) => this with { Weights = [.. Weights, .. others.Weights], Results = [.. Results, .. others.Results] };

    /// <summary>Without members that were cancelled before they had finished an epoch, as long as one has.</summary>
    public TrainedMembers WithoutUntrained()
    {
        int[] kept = [.. Enumerable.Range(0, Results.Count).Where(i => Results[i].Epochs > 0)];
        return kept.Length == 0 ? this with { Weights = [Weights[0]], Results = [Results[0]] } : this with { Weights = [.. kept.Select(i => Weights[i])], Results = [.. kept.Select(i => Results[i])] };
    }

    /// <summary>Whether a member was cancelled.</summary>
    public bool IsCancelled => Results.Any(result => result.StopReason == StopReason.Cancelled);

    private EpochRecord Mean(int epoch)
    {
        EpochRecord[] records = [.. Results.Select(result => result.History.Epochs[epoch])];
        return new(
            epoch + 1,
            records.Average(r => r.TrainingLoss),
            records.Average(r => r.TrainingMetric),
            records.Average(r => r.ValidationLoss),
            records.Average(r => r.ValidationMetric),
            records.Max(r => r.Seconds),
            records[0].LearningRate);
    }

    /// <summary>The epoch whose weights a member has.</summary>
    private static EpochRecord? Ended(TrainingResult result) => result switch
    {
        { Epochs: 0 } => null,
        { RestoredBest: true } => result.History.Epochs[result.BestEpoch - 1],
        _ => result.History.Epochs[^1],
    };

    private static double LossOf(EpochRecord? record) => record is not { } epoch ? double.PositiveInfinity : double.IsNaN(epoch.ValidationLoss) ? epoch.TrainingLoss : epoch.ValidationLoss;
}
