using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MLNet.GradientTrainers.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores of models in a service collection.</summary>
public static class ModelStoreServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="ModelStore"/> under a name: take it by <c>[FromKeyedServices("digits")] ModelStore store</c>. It is opened when it is first asked for.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, by which training jobs refer to it.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="configure">Sets how versions are kept; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <example><code>
    /// services.AddGradientModelStore("digits", "models/digits", options => options.KeptVersions = 10);
    /// </code></example>
    public static IServiceCollection AddGradientModelStore(this IServiceCollection services, string name, string folder, Action<ModelStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var options = new ModelStoreOptions();
        configure?.Invoke(options);
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, (provider, _) => ModelStore.Open(folder, options, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<ModelStore>>()));
        return services;
    }
}
