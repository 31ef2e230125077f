using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLNet.GradientTrainers.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The health of training jobs.</summary>
public static class TrainingHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of <c>AddGradientTraining</c>'s jobs: it fails where the last run of a job failed, the queue is full, or a current model is too old. Its data tell the length of the queue, the runs at work, and of each
    /// job the last success and failure of this process, and the version and age of the current model.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name. Default: <c>training</c>.</param>
    /// <param name="failureStatus">The status where it fails. Default: degraded, as the models of before go on serving.</param>
    /// <param name="tags">Tags; null for none.</param>
    /// <param name="maxModelAge">The age from which a current model is too old, above 0; null for any age.</param>
    public static IHealthChecksBuilder AddGradientTraining(
        this IHealthChecksBuilder builder, string name = "training", HealthStatus failureStatus = HealthStatus.Degraded, IEnumerable<string>? tags = null, TimeSpan? maxModelAge = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (maxModelAge <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(maxModelAge), maxModelAge, "The largest age of a model must be above 0, or null for any age.");
        }

        return builder.Add(new HealthCheckRegistration(name, services => ActivatorUtilities.CreateInstance<TrainingHealthCheck>(services, new ModelAgeLimit(maxModelAge)), failureStatus, tags));
    }
}
