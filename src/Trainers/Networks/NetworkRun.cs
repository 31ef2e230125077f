using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The training of one fit: one network, or the members of each candidate, on the processor or on GPUs, in this process or with others, and from the checkpoint that it may find.</summary>
/// <param name="context">The trainer's call.</param>
/// <param name="asked">The options before anything was chosen.</param>
/// <param name="holdsRowsOut">Whether rows that each network was not trained on are wanted afterwards.</param>
/// <param name="goesOn">Whether a model is trained further, whose members have seen all rows.</param>
internal sealed class NetworkRun(FitContext context, NetworkTrainerOptions asked, bool holdsRowsOut, bool goesOn)
{
    /// <summary>A loss above the least one by this factor is far behind it.</summary>
    private const double FarBehind = 1.25;

    /// <summary>How many rows weigh more than 0.</summary>
    public static int Counting(TrainingData rows) => rows.Weights.IsEmpty ? rows.Count : rows.Weights.ToArray().Count(weight => weight > 0);

    /// <summary>The processor's back end with all threads, where no GPU takes its place.</summary>
    public static IBackend<float>? Processor(NetworkTrainerOptions options, IReadOnlyList<IBackend<float>> gpus) => gpus.Count == 0 ? Backend.Create(options.Backend, options.NumberOfThreads ?? 0) : null;

    /// <summary>Trains.</summary>
    /// <param name="candidates">Options to choose among.</param>
    /// <param name="member">One member's network.</param>
    /// <param name="scale">What its layers in front do to features.</param>
    /// <param name="rows">What to learn.</param>
    /// <param name="validation">What to measure on after each epoch, or null.</param>
    /// <param name="starts">The weights that each member starts from; null for fresh ones.</param>
    /// <param name="rates">A factor of the learning rate for each layer; null for 1 everywhere.</param>
    /// <param name="metric">What is reported beside the loss.</param>
    public TrainedMembers Train(
        IReadOnlyList<NetworkTrainerOptions> candidates, NetworkDefinition member, InputScale scale, TrainingData rows, TrainingData? validation, IReadOnlyList<NetworkWeights>? starts, double[]? rates, Metric metric) =>
        candidates is [{ Members: 1 } only]
            ? TrainOne(only, member, scale, rows, validation, starts?[0], rates, metric)
            : TrainMembers(candidates, member, scale, rows, validation, starts, rates, metric);

    /// <summary>Trains one network with all threads or on GPUs, and tells each epoch as it ends.</summary>
    private TrainedMembers TrainOne(
        NetworkTrainerOptions options, NetworkDefinition member, InputScale scale, TrainingData rows, TrainingData? validation, NetworkWeights? start, double[]? rates, Metric metric)
    {
        Tell(options, rows, "");
        if (holdsRowsOut && validation is null && options.ValidationFraction > 0)
        {
            (rows, validation) = rows.Split(options.ValidationFraction, (ulong)context.Seed);
            options = options with { ValidationFraction = 0 };
        }

        bool begun = false;
        var checkpoint = context.Checkpoint;
        var choice = DeviceChoice.Make(context, options, member, rows.Count);
        return choice.Run(
            gpus =>
            {
                bool together = (choice.IsTogether && gpus.Count > 0) || context.Shared is not null;
                using var reporter = new EpochReporter(context, options, metric);
                using var backend = Processor(asked, gpus);
                Trace(member, rows, together ? $"{(gpus.Count > 0 ? $"{gpus.Count} GPUs" : backend!.Name)}{(context.Shared is { } shared ? $" in each of {shared.Description}" : "")}, {options.Shards} shards" : (backend ?? gpus[0]).Name);
                List<Network<float>> networks = [];
                try
                {
                    foreach (var one in backend is null ? gpus : [backend])
                    {
                        networks.Add(MemberTraining.Create(one, member, scale, context.Own(options), rows, start, rates, together));
                    }

                    var own = context.Own(options) with { OnEpoch = Report };
                    Compare([options], member, start is null ? null : [start], gpus, together);
                    var loop = together ? new TrainingLoop<float>(networks, own, context.Shared?.Communicator) : new TrainingLoop<float>(networks[0], own);
                    var result = context.Train(() => loop.Run(rows, validation, metric, checkpoint?.Single()));
                    if (result.StopReason == StopReason.Cancelled)
                    {
                        checkpoint?.Cancel();
                    }

                    reporter.Finish(result.History, result.RestoredBest ? result.BestEpoch : result.Epochs, result.StopReason);
                    return new TrainedMembers(options, [networks[0].Save()], [result]) { HeldOut = validation is null ? [] : [validation] };
                }
                finally
                {
                    networks.ForEach(network => network.Dispose());
                }

                void Report(EpochRecord epoch)
                {
                    begun = true;
                    reporter.Report(epoch);
                }
            },
            () => begun || checkpoint?.WasUsed == true);
    }

    /// <summary>Trains the members of each candidate, and tells the epochs of the one that predicts best what its members were not trained on.</summary>
    private TrainedMembers TrainMembers(
        IReadOnlyList<NetworkTrainerOptions> candidates, NetworkDefinition member, InputScale scale, TrainingData rows, TrainingData? validation, IReadOnlyList<NetworkWeights>? starts, double[]? rates, Metric metric)
    {
        if (validation is null && candidates[0].ValidationFraction > 0)
        {
            (rows, validation) = rows.Split(candidates[0].ValidationFraction, (ulong)context.Seed);
        }

        int members = candidates[0].Members ?? 1;
        IReadOnlyList<(TrainingData Training, TrainingData? Validation)> parts = validation is not null || members == 1 || goesOn
            ? [.. Enumerable.Repeat((rows, validation), members)]
            : Parts(rows, members);
        Trace(member, rows, $"{members} networks");
        candidates = [.. candidates.Select(candidate => candidate with { ValidationFraction = 0 })];

        MemberCheckpoints? checkpoints = null;
        var all = DeviceChoice.Make(context, candidates[0], member, rows.Count).Run(
            gpus =>
            {
                Compare(candidates, member, starts, gpus, together: context.Shared is not null);
                checkpoints = context.Checkpoint?.Members();
                return context.Train(() => Race(new MemberTraining(context, member, scale, rates, metric, gpus, candidates, checkpoints), candidates, parts, starts));
            },
            begun: () => context.Checkpoint?.WasUsed == true);
        if (all.Any(trained => trained.IsCancelled))
        {
            context.Checkpoint?.Cancel();
        }

        var best = all.Where(trained => trained.Results.Count == all[0].Results.Count).MinBy(trained => trained.Loss)!.WithoutUntrained();
        using var reporter = new EpochReporter(context, best.Options, metric);
        Tell(best.Options, rows, candidates.Count == 1 || best.IsCancelled ? "" : $" {(validation is null ? "By cross-validation" : "By the validation rows")}, whose losses are {string.Join("; ", all.OrderBy(trained => trained.Loss).Select(LossOf))}.");
        var history = best.History;
        foreach (var epoch in history.Epochs)
        {
            reporter.Report(epoch);
            if (context.Cancellation.Token.IsCancellationRequested && asked.CancellationBehavior == CancellationBehavior.Throw)
            {
                checkpoints?.Flush();
                throw new OperationCanceledException(context.Cancellation.Token);
            }
        }

        reporter.Finish(history, history.Epochs.Count, best.Results[0].StopReason);
        return best.Weights.Count == parts.Count ? best with { HeldOut = [.. parts.Select(part => part.Validation).OfType<TrainingData>()] } : best;

        string LossOf(TrainedMembers trained) => string.Create(
            CultureInfo.InvariantCulture, $"{trained.Loss:G4} with {trained.Options.Difference}{(trained.Results.Count < members ? $" (after {trained.Results.Count} of {members})" : "")}");
    }

    /// <summary>Trains half of the members of each candidate, and the others of those that are not far behind the best.</summary>
    private static IReadOnlyList<TrainedMembers> Race(
        MemberTraining training, IReadOnlyList<NetworkTrainerOptions> candidates, IReadOnlyList<(TrainingData Training, TrainingData? Validation)> parts, IReadOnlyList<NetworkWeights>? starts)
    {
        int half = candidates.Count == 1 ? parts.Count : (parts.Count + 1) / 2;
        var all = training.Train(candidates, parts, ..half, starts).ToList();
        double limit = FarBehind * all.Min(trained => trained.Loss);
        int[] near = [.. Enumerable.Range(0, all.Count).Where(i => all[i].Loss <= limit)];
        if (half == parts.Count || all.Exists(trained => trained.IsCancelled) || near.Length == 0)
        {
            return all;
        }

        foreach (var others in training.Train([.. near.Select(i => all[i].Options)], parts, half.., starts))
        {
            int i = all.FindIndex(trained => ReferenceEquals(trained.Options, others.Options));
            all[i] = all[i].With(others);
        }

        // Those that are far behind have fewer members, and a loss on fewer rows.
        return [.. all.OrderByDescending(trained => trained.Results.Count)];
    }

    /// <summary>Compares the fit with the one that left a checkpoint.</summary>
    private void Compare(IReadOnlyList<NetworkTrainerOptions> candidates, NetworkDefinition member, IReadOnlyList<NetworkWeights>? starts, IReadOnlyList<IBackend<float>> gpus, bool together)
    {
        context.Shared?.Compare(context.Roles.Trainer, context.Seed, Asked, Chosen);
        context.Checkpoint?.Compare(Asked, Chosen, mayBeLonger: candidates is [{ Members: 1 } only] && !only.Schedule.DependsOnEpochs);

        void Asked(CheckpointFacts facts)
        {
            facts.Add(asked);
            facts.AddStart(starts is null ? null : starts.SelectMany(weights => member.Parameters.SelectMany(slot => weights[slot.Layer, slot.Spec.Name].ToArray())).ToArray());
        }

        void Chosen(CheckpointFacts facts)
        {
            for (int i = 0; i < candidates.Count; i++)
            {
                facts.Add(candidates[i], i == 0 ? CheckpointFacts.Chosen : string.Create(CultureInfo.InvariantCulture, $" of candidate {i + 1}"), unlike: i == 0 ? asked : candidates[0]);
            }

            string device = gpus.Count > 0 ? string.Join(", ", gpus.Select(gpu => gpu.Name).Distinct()) : asked.Backend == BackendKind.Reference ? "the processor, by the reference back end" : "the processor";
            facts.Add("network", member.ToJson());
            facts.Add("device", together ? $"{device}, in shards" : device);
        }
    }

    private void Tell(NetworkTrainerOptions options, TrainingData rows, string why)
    {
        if (options.Choices(asked) is { Length: > 0 } choices)
        {
            context.Channel.Info(MessageSensitivity.None, $"Chosen for {rows.Count.ToString("N0", CultureInfo.InvariantCulture)} row{(rows.Count == 1 ? "" : "s")}: {choices}.{why}");
        }
    }

    private void Trace(NetworkDefinition member, TrainingData rows, string how) => context.Channel.Trace(MessageSensitivity.None, string.Create(
        CultureInfo.InvariantCulture, $"{member.ParameterCount:N0} parameters, {rows.Count:N0} training rows, {member.OutputShape.Size} outputs, seed {context.Seed}, {how}."));

    /// <summary>For each member the rows without its part, and the part.</summary>
    private IReadOnlyList<(TrainingData Training, TrainingData? Validation)> Parts(TrainingData rows, int members) => Counting(rows) is var count && count < members
        ? throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture, $"{context.Roles.Trainer}: each of {members} members leaves out a part of the rows, but only {count} of them weigh more than 0. Give more rows, validation rows, or fewer {nameof(asked.Members)}."))
        : [.. rows.Folds(members, (ulong)context.Seed).Select(fold => (fold.Training, (TrainingData?)fold.Validation))];
}
