using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLNet.GradientTrainers.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds checks of models to a service's health checks.</summary>
public static class GradientModelHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a model: healthy while the newest one answers, degraded while an older one does because the newest was refused or is missing, unhealthy while none does. Its data are version, age,
    /// counts of reloads and the problem, which may name the file: show them to those only who run the service.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The model's name; the check is called <c>model-NAME</c>.</param>
    /// <param name="failureStatus">The status without a model; null for unhealthy.</param>
    /// <param name="largestAge">Counts a model of more than this age as degraded, where it is to be trained anew from time to time; null for none.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    public static IHealthChecksBuilder AddGradientModel(
        this IHealthChecksBuilder builder,
        string name = GradientModelServiceCollectionExtensions.DefaultModelName,
        HealthStatus? failureStatus = null,
        TimeSpan? largestAge = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            $"model-{name}",
            services => new GradientModelHealthCheck(() => services.GetKeyedService<IGradientModel>(name) ?? throw Unknown(name, builder.Services), largestAge, services.GetService<TimeProvider>() ?? TimeProvider.System),
            failureStatus,
            tags));
    }

    private static InvalidOperationException Unknown(string name, IServiceCollection services)
    {
        string[] names = [.. services.Where(service => service.ServiceType == typeof(IGradientModel) && service.IsKeyedService).Select(service => $"'{service.ServiceKey}'")];
        return new InvalidOperationException($"There is no model '{name}' to check: {(names.Length == 0 ? "the service has none. Add it by services.AddGradientModel" : $"the service has {string.Join(", ", names)}. Give AddHealthChecks().AddGradientModel one of these names")}.");
    }
}
