using Microsoft.Extensions.DependencyInjection;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Adds jobs to the training of a service: what <c>services.AddGradientTraining(…)</c> returns.</summary>
public sealed class GradientTrainingBuilder
{
    internal GradientTrainingBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a job by a function that prepares a run.</summary>
    /// <param name="name">The job's name, by which it is queued.</param>
    /// <param name="prepare">Prepares a run; it may take its time.</param>
    /// <param name="configure">Sets the job's options; <see cref="TrainingJobOptions.Rule"/> must be set.</param>
    /// <exception cref="ArgumentException">There is a job with the name already.</exception>
    public GradientTrainingBuilder AddJob(string name, Func<TrainingContext, TrainingPlan> prepare, Action<TrainingJobOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        return Add(name, (context, _) => Task.Run(() => prepare(context)), configure);
    }

    /// <summary>Adds a job by a function that prepares a run asynchronously.</summary>
    /// <inheritdoc cref="AddJob(string, Func{TrainingContext, TrainingPlan}, Action{TrainingJobOptions})" path="/*[self::param or self::exception]"/>
    public GradientTrainingBuilder AddJob(string name, Func<TrainingContext, CancellationToken, Task<TrainingPlan>> prepare, Action<TrainingJobOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        return Add(name, prepare, configure);
    }

    /// <summary>Adds a job by a class, which is made anew for each run with the services of a scope of its own.</summary>
    /// <typeparam name="TJob">The class.</typeparam>
    /// <param name="name">The job's name, by which it is queued.</param>
    /// <param name="configure">Sets the job's options; <see cref="TrainingJobOptions.Rule"/> must be set.</param>
    /// <exception cref="ArgumentException">There is a job with the name already.</exception>
    public GradientTrainingBuilder AddJob<TJob>(string name, Action<TrainingJobOptions> configure)
        where TJob : class, ITrainingJob =>
        Add(name, (context, cancellationToken) => ActivatorUtilities.CreateInstance<TJob>(context.Services).PrepareAsync(context, cancellationToken), configure);

    private GradientTrainingBuilder Add(string name, Func<TrainingContext, CancellationToken, Task<TrainingPlan>> prepare, Action<TrainingJobOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        if (Services.Any(service => !service.IsKeyedService && service.ImplementationInstance is TrainingJobRegistration other && other.Name == name))
        {
            throw new ArgumentException($"There is a job '{name}' already: give this one another name.", nameof(name));
        }

        Services.AddSingleton(new TrainingJobRegistration(name, prepare));
        Services.AddOptions<TrainingJobOptions>(name).Configure(configure).ValidateOnStart();
        return this;
    }
}
