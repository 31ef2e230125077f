using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Tells how the training does: not well where the last run of a job failed, the queue is full, or a current model is too old.</summary>
internal sealed class TrainingHealthCheck(
    TrainingQueue queue, IServiceProvider services, IOptions<GradientTrainingOptions> options, IOptionsMonitor<TrainingJobOptions> jobOptions, TimeProvider time, ModelAgeLimit limit) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (waiting, running) = queue.Counts;
        var data = new Dictionary<string, object> { ["queueLength"] = waiting, ["running"] = running };
        List<string> problems = [];
        if (waiting >= options.Value.QueueCapacity)
        {
            problems.Add($"the queue is full with {waiting} runs");
        }

        foreach (string job in queue.Jobs)
        {
            problems.AddRange(Check(job, data));
        }

        return Task.FromResult(problems.Count == 0
            ? HealthCheckResult.Healthy($"{running} running, {waiting} waiting", data)
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join("; ", problems), data: data));
    }

    private List<string> Check(string job, Dictionary<string, object> data)
    {
        List<string> problems = [];
        var history = queue.History(job);
        if (history.LastSuccess is { } success)
        {
            data[$"{job}.lastSuccess"] = success;
        }

        if (history.LastFailure is { } failure)
        {
            data[$"{job}.lastFailure"] = failure;
            data[$"{job}.lastFailureReason"] = history.FailureReason;
            if (history.LastFailed)
            {
                problems.Add($"the last run of '{job}' failed: {history.FailureReason}");
            }
        }

        try
        {
            if (services.GetRequiredKeyedService<ModelStore>(jobOptions.Get(job).Store ?? job).Current is { } current)
            {
                // A clock that was set back makes no model younger than new.
                var age = time.GetUtcNow() - current.PublishedAt is var since && since > TimeSpan.Zero ? since : TimeSpan.Zero;
                data[$"{job}.version"] = current.Number;
                data[$"{job}.ageInSeconds"] = Math.Round(age.TotalSeconds, 3);
                if (age > limit.Age)
                {
                    problems.Add($"the model of '{job}', version {current.Number}, is {age.TotalHours:0.#} hours old");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"the models of '{job}' can't be read: {exception.Message}");
        }

        return problems;
    }
}

/// <summary>The age from which a model is too old; null for any age.</summary>
internal sealed record ModelAgeLimit(TimeSpan? Age);
