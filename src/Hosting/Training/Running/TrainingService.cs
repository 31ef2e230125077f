using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The service in the background: takes up what an earlier process left, runs what is queued, and starts the triggers.</summary>
internal sealed class TrainingService(
    IServiceProvider services, TrainingQueue queue, RunExecutor executor, IOptions<GradientTrainingOptions> options, IOptionsMonitor<TrainingJobOptions> jobOptions, TimeProvider time, ILogger<TrainingService> logger)
    : IHostedService, IDisposable
{
    private readonly GradientTrainingOptions _options = options.Value;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _tasks = [];
    private StoreLock? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string? folder = _options.StateFolder is { } path ? Path.GetFullPath(path) : null;
        if (folder is not null)
        {
            executor.CheckpointFolder = Directory.CreateDirectory(Path.Combine(folder, "checkpoints")).FullName;
            _lock = await Task.Run(() => StoreLock.Take(Path.Combine(folder, ".lock"), _options.LockTimeout), cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException(
                    $"Another process trains with the state folder '{folder}', and has not ended for {_options.LockTimeout.TotalSeconds:0.#} seconds: give each process a {nameof(GradientTrainingOptions)}.{nameof(GradientTrainingOptions.StateFolder)} of its own, or end that one.");
        }
        else
        {
            logger.StateNotKept();
        }

        queue.Load(folder is null ? null : Path.Combine(folder, "queue.json"));
        if (executor.CheckpointFolder is { } checkpoints)
        {
            CheckpointFiles.RemoveOthers(checkpoints, queue.Pending.Select(run => run.Id));
        }

        var memory = new TriggerMemory(folder is null ? null : Path.Combine(folder, "triggers.json"), logger);
        foreach (string job in queue.Jobs)
        {
            StartTriggers(job, jobOptions.Get(job), memory);
        }

        for (int i = 0; i < _options.ConcurrentRuns; i++)
        {
            _tasks.Add(Task.Run(WorkAsync, CancellationToken.None));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Stop();
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_tasks).WaitAsync(cancellationToken).ConfigureAwait(false);
            _lock?.Dispose();
        }
        catch (OperationCanceledException)
        {
            // A trainer that knows no token, and the time of the host is over. Its run begins anew at the next start.
        }
    }

    // The source is left to the collector: a host that is stopped twice, as by a test and by the program's own end, may stop the service after this.
    public void Dispose()
    {
        _stopping.Cancel();
        _lock?.Dispose();
    }

    private void StartTriggers(string job, TrainingJobOptions options, TriggerMemory memory)
    {
        if (options.RunWhenNoModel && !File.Exists(services.GetRequiredKeyedService<ModelStore>(options.Store ?? job).CurrentPath))
        {
            new Trigger(job, queue, logger).Fire("there is no model yet");
        }

        foreach (var schedule in options.Schedules)
        {
            _tasks.Add(RunAsync(new ScheduleTrigger(job, schedule, queue, memory, time, logger)));
        }

        foreach (var file in options.Files)
        {
            _tasks.Add(RunAsync(new FileTrigger(job, file, queue, memory, time, logger)));
        }
    }

    private async Task RunAsync(ITrigger trigger)
    {
        try
        {
            while (trigger.Step() is { } pause)
            {
                await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                var run = await queue.TakeAsync(_stopping.Token).ConfigureAwait(false);
                queue.End(run, await executor.ExecuteAsync(run, _stopping.Token).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }
}
