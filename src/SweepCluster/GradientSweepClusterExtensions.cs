using MLNet.GradientTrainers.Sweeps.Cluster;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Sweeps over many processes, on one machine or many.</summary>
public static class GradientSweepClusterExtensions
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The sweep, whose trials workers train: programs that say the same sweep over the same rows, with <see cref="Work"/> in place of this call. Its <c>Run</c> waits for them, they come and go as they like.
    /// Trials at once are those of <see cref="GradientSweep.Parallel"/>, whatever the number of workers; with the same seed and as many at once the sweep has the same trials, with the same scores, as in one process.
    /// The journal is kept in the database, in place of <see cref="GradientSweep.Journal"/>.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="options">The cluster.</param>
    /// <remarks>
    /// <para><c>Run</c> throws an <see cref="IOException"/> where the database can't be reached, has a sweep of the name that is not to be resumed, or another coordinator has it.</para>
    /// <para>A trial whose worker is killed, cut off or leaves goes to another one, which goes on from its last checkpoint. A coordinator that is killed and started again with
    /// <see cref="SweepCoordinatorOptions.Resume"/> has lost no finished trial; workers wait for it, and go on with what they have in hand.</para>
    /// </remarks>
    public static GradientSweep Coordinate(this GradientSweep sweep, SweepCoordinatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(options);
        return sweep.As((settings, data, header, cancellationToken) =>
        {
            using var backend = options.Open();
            backend.Prepare();
            settings = settings with { Store = backend.Store(options.Name), Resume = options.Resume, CheckpointPath = null };
            using var trials = new ClusterTrials(backend, options, settings, data, header);
            var result = new SweepRun(settings, data, trials).Run(header, cancellationToken);

            // While the database is open.
            return result.Best is null ? result : result with { BestModel = new Lazy<Microsoft.ML.ITransformer>(result.Model) };
        });
    }

    /// <summary>
    /// This process as a worker of the sweep that a coordinator runs. <c>Run</c> joins it, trains what it is given, and returns when the sweep is over, with the trials that were finished here; when it is cancelled it
    /// hands its trials back, each with a checkpoint. The rows and settings must be those of the coordinator's; trials at once, threads and the limits of the sweep need not.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="options">The cluster.</param>
    /// <remarks><c>Run</c> throws an <see cref="InvalidDataException"/> where the coordinator refuses the worker, such as for other rows; the message names the difference.</remarks>
    public static GradientSweep Work(this GradientSweep sweep, SweepWorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TrialsAtOnce, 1, nameof(options.TrialsAtOnce));
        ArgumentException.ThrowIfNullOrEmpty(options.WorkerName, nameof(options.WorkerName));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MostCheckpointBytes, nameof(options.MostCheckpointBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MostCheckpointBytes, 1_000_000_000, nameof(options.MostCheckpointBytes));
        return sweep.As((settings, data, header, cancellationToken) =>
        {
            using var backend = options.Open();
            backend.Prepare();
            using var worker = new ClusterWorker(backend, options, settings, data, header);
            worker.Run(cancellationToken);
            return new SweepResult
            {
                Space = settings.SearchedSpace, Metric = settings.SearchedMetric, Trials = [.. worker.Finished.OrderBy(trial => trial.Number)], End = cancellationToken.IsCancellationRequested ? SweepEnd.Cancelled : SweepEnd.TrialsDone,
            };
        });
    }

    /// <summary>What the coordinator's program has to say to those of workers, <see cref="SweepCoordinatorOptions.Settings"/>; waits until there is a sweep of the name that is not over.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidDataException">The coordinator is of another version of this library.</exception>
    /// <exception cref="IOException">The database can't be reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string ReadSettings(this SweepWorkerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var backend = options.Open();
        backend.Prepare();
        bool waits = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var published = backend.Published(options.Name);
            if (published is { } sweep && sweep.IsToBeJoined())
            {
                return sweep.Settings;
            }

            if (!waits)
            {
                // Who has mistyped the name would wait for ever.
                waits = true;
                options.OnEvent?.Invoke($"Waits for the coordinator of the sweep '{options.Name}', {(published is null ? "which nobody has begun in this database" : "which is over")}.");
            }

            cancellationToken.WaitHandle.WaitOne(Interval);
        }
    }

    /// <summary>Keeps an earlier sweep of the name, where the database has one, as <c>NAME.old</c>, in place of one that was kept so before.</summary>
    /// <param name="options">The cluster.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The database can't be reached.</exception>
    public static bool SetAside(this SweepCoordinatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var backend = options.Open();
        backend.Prepare();
        return backend.SetAside(options.Name, options.Name + ".old");
    }
}
