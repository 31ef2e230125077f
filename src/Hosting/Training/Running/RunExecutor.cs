using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Takes one run from its start to its end: prepares it, fits, evaluates and publishes.</summary>
internal sealed class RunExecutor(
    IServiceProvider services, IEnumerable<TrainingJobRegistration> jobs, IOptionsMonitor<TrainingJobOptions> jobOptions, IOptions<GradientTrainingOptions> options, TrainingEvents events, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<RunExecutor>();
    private readonly ILogger _messages = loggers.CreateLogger(MessageForwarding.Category);

    /// <summary>Where checkpoints lie; null for nowhere.</summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>Runs, and tells how it ended; throws nothing.</summary>
    public async Task<TrainingResult> ExecuteAsync(TrainingRun run, CancellationToken stopping)
    {
        using var activity = HostingActivities.Source.StartActivity("mlnet.training.run");
        activity?.SetTag(TrainingMetrics.JobTag, run.Job).SetTag(TrainingMetrics.RunTag, run.Id).SetTag("mlnet.training.attempt", run.Attempts);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation, stopping);
        var checkpoints = new CheckpointFiles(CheckpointFolder, run.Id, options.Value.CheckpointInterval);
        var result = await EndAsync(run, checkpoints, ending.Token, stopping).ConfigureAwait(false);
        if (result.Status != TrainingStatus.Interrupted)
        {
            checkpoints.Remove();
        }

        activity?.SetTag(TrainingMetrics.OutcomeTag, result.Status.ToString().ToLowerInvariant());
        if (result.Status == TrainingStatus.Failed)
        {
            activity?.SetStatus(ActivityStatusCode.Error, result.Reason);
            _logger.Failed(result.Exception, run.Job, run.Id, result.Reason);
        }

        return result;
    }

    private async Task<TrainingResult> EndAsync(TrainingRun run, CheckpointFiles checkpoints, CancellationToken ending, CancellationToken stopping)
    {
        try
        {
            return await RunAsync(run, checkpoints, ending).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Trainers that are cancelled throw exceptions of many kinds.
            return run.Cancellation.IsCancellationRequested ? new TrainingResult(TrainingStatus.Cancelled, "it was cancelled while it ran")
                : stopping.IsCancellationRequested ? new TrainingResult(TrainingStatus.Interrupted, "the service ended before it did")
                : new TrainingResult(TrainingStatus.Failed, exception.Message) { Exception = exception };
        }
    }

    private async Task<TrainingResult> RunAsync(TrainingRun run, CheckpointFiles checkpoints, CancellationToken ending)
    {
        var job = jobOptions.Get(run.Job);
        var store = services.GetRequiredKeyedService<ModelStore>(job.Store ?? run.Job);
        if (run.Attempts > 1 && FindPublished(run, store) is { } version)
        {
            return new TrainingResult(TrainingStatus.Published, "its model was published before the process ended") { Version = version };
        }

        var mlContext = new MLContext(run.Seed);
        mlContext.ForwardMessages(_messages, run);
        await using var scope = services.CreateAsyncScope();
        var context = new TrainingContext(run, mlContext, scope.ServiceProvider, options.Value.ThreadsPerRun, checkpoints, new EpochMeter(run, events).Tell, ending);
        TrainingPlan plan;
        using (HostingActivities.Source.StartActivity("mlnet.training.prepare"))
        {
            plan = await jobs.First(registered => registered.Name == run.Job).Prepare(context, ending).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The training job '{run.Job}' prepared nothing: it must return a {nameof(TrainingPlan)}.");
        }

        // A thread of its own: a fit takes minutes or hours.
        return await Task.Factory.StartNew(() => new RunSteps(run, job, store, context, plan, checkpoints, events, _logger, ending).Run(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>The version that an earlier start of the run has published; it is activated where the process ended before that.</summary>
    private ModelVersion? FindPublished(TrainingRun run, ModelStore store)
    {
        var versions = store.List();
        if (versions.FirstOrDefault(version => version.Details.RunId == run.Id) is not { } published)
        {
            return null;
        }

        _logger.PublishedBefore(run.Job, run.Id, published.Number);
        return published == versions[0] && !published.IsCurrent ? store.Activate(published.Number) : published;
    }
}
