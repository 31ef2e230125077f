using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MLNet.GradientTrainers.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Training jobs in a service collection.</summary>
public static class GradientTrainingServiceCollectionExtensions
{
    /// <summary>
    /// Adds training in the background: jobs that are queued by code (<see cref="ITrainingQueue"/>), by the clock or by a changed data file, one at a time; new models are compared with the current ones and
    /// published to a <see cref="ModelStore"/>. Call it once.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>What adds the jobs.</returns>
    /// <example><code>
    /// services.AddGradientModelStore("digits", "models/digits");
    /// services.AddGradientTraining(options => options.StateFolder = "training").AddJob(
    ///     "digits",
    ///     context =>
    ///     {
    ///         IDataView data = context.MLContext.Data.LoadFromTextFile&lt;Digit&gt;("digits.csv", ',');
    ///         return new TrainingPlan(data, new MlpTrainer(context.MLContext, context.Connect(new MlpTrainer.Options())));
    ///     },
    ///     job =>
    ///     {
    ///         job.Rule = PublishingRule.NotWorse(ModelMetric.Accuracy());
    ///         job.Schedules.Add(new TrainingSchedule("0 3 * * *"));
    ///     });
    /// </code></example>
    public static GradientTrainingBuilder AddGradientTraining(this IServiceCollection services, Action<GradientTrainingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        var options = services.AddOptions<GradientTrainingOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GradientTrainingOptions>, GradientTrainingOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrainingJobOptions>, TrainingJobOptionsValidator>());
        services.TryAddSingleton<TrainingMetrics>();
        services.TryAddSingleton<TrainingEvents>();
        services.TryAddSingleton<TrainingQueue>();
        services.TryAddSingleton<ITrainingQueue>(provider => provider.GetRequiredService<TrainingQueue>());
        services.TryAddSingleton<RunExecutor>();
        services.AddHostedService<TrainingService>();
        return new GradientTrainingBuilder(services);
    }
}
