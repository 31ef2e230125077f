using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.ML;
using MLNet.GradientTrainers.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds models of ML.NET to a service.</summary>
public static class GradientModelServiceCollectionExtensions
{
    /// <summary>The name of a model that was given none.</summary>
    public const string DefaultModelName = "default";

    /// <summary>
    /// Adds a model: <see cref="IGradientModel{TIn, TOut}"/> as a keyed singleton with the model's name as key, and, for the first model of these types, without a key. It is loaded when the host starts,
    /// or when it is first asked for.
    /// </summary>
    /// <typeparam name="TIn">What a row of input is read from: a class with a property or field for each column that the model asks for.</typeparam>
    /// <typeparam name="TOut">What a prediction is written to: a class with a property or field for each column wanted of the model's output.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The model's name, one for each model.</param>
    /// <returns>What says where the model comes from.</returns>
    /// <exception cref="InvalidOperationException">There is a model of this name already.</exception>
    /// <example>
    /// <code>
    /// services.AddGradientModel&lt;Digit, DigitPrediction&gt;("digits").FromFile("digits.zip", watchForChanges: true);
    /// </code>
    /// </example>
    public static GradientModelBuilder<TIn, TOut> AddGradientModel<TIn, TOut>(this IServiceCollection services, string name = DefaultModelName)
        where TIn : class, new()
        where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (services.Any(service => service.ServiceType == typeof(IGradientModel) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException($"There is a model '{name}' already. Give each model a name of its own.");
        }

        services.AddOptions();
        services.TryAddSingleton(provider => new ModelMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelStarter>());
        var builder = new GradientModelBuilder<TIn, TOut>(services, name);
        services.AddKeyedSingleton(name, (provider, _) => new ModelOwner<TIn, TOut>(Create(builder, provider)));
        services.AddKeyedSingleton(name, (provider, _) => Find(provider));
        services.AddKeyedSingleton<IGradientModel>(name, (provider, _) => Find(provider));
        services.AddSingleton<IGradientModel>(Find);
        services.TryAddSingleton(Find);
        return builder;

        IGradientModel<TIn, TOut> Find(IServiceProvider provider) => provider.GetRequiredKeyedService<ModelOwner<TIn, TOut>>(name).Model;
    }

    private static GradientModel<TIn, TOut> Create<TIn, TOut>(GradientModelBuilder<TIn, TOut> builder, IServiceProvider provider)
        where TIn : class, new()
        where TOut : class, new()
    {
        var source = builder.Source ?? throw new InvalidOperationException($"The model '{builder.Name}' comes from nowhere: call FromFile, FromStore or FromModel after AddGradientModel.");
        var context = builder.Context?.Invoke(provider) ?? provider.GetService<MLContext>() ?? new MLContext();
        var logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(ModelLog.Category);
        var options = provider.GetRequiredService<IOptionsMonitor<GradientModelOptions>>().Get(builder.Name);
        return new GradientModel<TIn, TOut>(
            builder.Name, source(provider), context, options, builder.Probes, provider.GetRequiredService<ModelMetrics>(), logger, provider.GetService<TimeProvider>() ?? TimeProvider.System);
    }
}
