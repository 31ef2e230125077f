using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Says at the start of a service what is wrong with its <see cref="GradientTrainingOptions"/>.</summary>
internal sealed class GradientTrainingOptionsValidator : IValidateOptions<GradientTrainingOptions>
{
    public ValidateOptionsResult Validate(string? name, GradientTrainingOptions options)
    {
        string[] problems = [.. Problems(options).Select(problem => $"{nameof(GradientTrainingOptions)}.{problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(GradientTrainingOptions options)
    {
        if (options.StateFolder is "")
        {
            yield return $"{nameof(options.StateFolder)} is empty: give a folder, or null to keep nothing over a restart.";
        }

        if (options.QueueCapacity < 1)
        {
            yield return $"{nameof(options.QueueCapacity)} is {options.QueueCapacity}, but it must be at least 1.";
        }

        if (options.ConcurrentRuns < 1)
        {
            yield return $"{nameof(options.ConcurrentRuns)} is {options.ConcurrentRuns}, but it must be at least 1.";
        }

        if (options.NumberOfThreads < 1)
        {
            yield return $"{nameof(options.NumberOfThreads)} is {options.NumberOfThreads}, but it must be at least 1, or null for all cores.";
        }

        if (options.CheckpointInterval <= TimeSpan.Zero)
        {
            yield return $"{nameof(options.CheckpointInterval)} is {options.CheckpointInterval}, but it must be above 0, for example 30 seconds.";
        }

        if (options.MaxAttempts < 1)
        {
            yield return $"{nameof(options.MaxAttempts)} is {options.MaxAttempts}, but it must be at least 1.";
        }

        if (options.KeptRuns < 0)
        {
            yield return $"{nameof(options.KeptRuns)} is {options.KeptRuns}, but it must be at least 0.";
        }

        if (options.LockTimeout < TimeSpan.Zero)
        {
            yield return $"{nameof(options.LockTimeout)} is {options.LockTimeout}, but it must be at least 0.";
        }
    }
}

/// <summary>Says at the start of a service what is wrong with the options of a job.</summary>
internal sealed class TrainingJobOptionsValidator(IServiceProviderIsKeyedService services) : IValidateOptions<TrainingJobOptions>
{
    public ValidateOptionsResult Validate(string? name, TrainingJobOptions options)
    {
        string[] problems = [.. Problems(name ?? "", options).Select(problem => $"The training job '{name}': {problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(string name, TrainingJobOptions options)
    {
        if (options.Rule is null)
        {
            yield return $"{nameof(options.Rule)} is not set: say when a new model takes the place of the current one, for example {nameof(PublishingRule)}.{nameof(PublishingRule.NotWorse)}({nameof(ModelMetric)}.{nameof(ModelMetric.Accuracy)}()).";
        }

        string store = options.Store ?? name;
        if (!services.IsKeyedService(typeof(ModelStore), store))
        {
            yield return $"there is no model store '{store}': register it by services.AddGradientModelStore(\"{store}\", folder), or set {nameof(options.Store)} to the name of another one.";
        }

        if (options.HeldOutFraction is not (> 0 and < 1))
        {
            yield return $"{nameof(options.HeldOutFraction)} is {options.HeldOutFraction}, but it must be above 0 and below 1; held-out rows of your own are given by the plan.";
        }

        if (!Enum.IsDefined(options.WhenQueued))
        {
            yield return $"{nameof(options.WhenQueued)} is {options.WhenQueued}, but it must be {nameof(WhenQueued.Merge)} or {nameof(WhenQueued.Refuse)}.";
        }

        foreach (var schedule in options.Schedules)
        {
            if (CronTimes.Problem(schedule) is { } problem)
            {
                yield return problem;
            }
        }

        foreach (var file in options.Files)
        {
            if (string.IsNullOrEmpty(file.Path) || file.Interval <= TimeSpan.Zero || file.Rest < TimeSpan.Zero)
            {
                yield return $"the watched file '{file.Path}' must have a path, an {nameof(file.Interval)} above 0 (it is {file.Interval}) and a {nameof(file.Rest)} of at least 0 (it is {file.Rest}).";
            }
        }
    }
}
