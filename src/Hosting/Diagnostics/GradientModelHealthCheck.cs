using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Healthy while the newest model answers, degraded while an older one does, unhealthy without one.</summary>
/// <param name="find">Gives the model; fails where it can't be served.</param>
/// <param name="largestAge">From which age a model counts as degraded; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class GradientModelHealthCheck(Func<IGradientModel> find, TimeSpan? largestAge, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IGradientModel model;
        try
        {
            model = find();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, exception.Message));
        }

        var status = model.Status;
        var data = new Dictionary<string, object> { ["model"] = model.Name, ["reloads"] = status.Reloads, ["failedReloads"] = status.FailedReloads };
        if (status.Problem is { } problem)
        {
            data["problem"] = problem;
        }

        if (status.LoadedAt is not { } loaded)
        {
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, $"The model '{model.Name}' is not loaded.", data: data));
        }

        var age = time.GetUtcNow() - loaded;
        data["version"] = status.Version!;
        data["loadedAt"] = loaded;
        data["ageInSeconds"] = Math.Round(age.TotalSeconds, 3);
        var result = status.Problem is not null ? HealthCheckResult.Degraded($"The model '{model.Name}' is version {status.Version} still: the newest one was not taken.", data: data)
            : age > largestAge ? HealthCheckResult.Degraded($"The model '{model.Name}' is older than {largestAge}.", data: data)
            : HealthCheckResult.Healthy($"The model '{model.Name}' is version {status.Version}.", data);
        return Task.FromResult(result);
    }
}
