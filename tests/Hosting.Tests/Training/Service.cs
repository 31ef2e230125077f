using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>A service with training, in a folder of its own.</summary>
internal sealed class Service : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly IHost _host;

    private Service(IHost host, CollectedLog log) => (_host, Log) = (host, log);

    public IServiceProvider Services => _host.Services;

    public ITrainingQueue Queue => Services.GetRequiredService<ITrainingQueue>();

    public ModelStore Store => Services.GetRequiredKeyedService<ModelStore>("rings");

    /// <summary>What was logged.</summary>
    public CollectedLog Log { get; }

    /// <summary>Starts a service whose store is <c>models</c> in a folder.</summary>
    public static async Task<Service> StartAsync(TemporaryFolder folder, Action<GradientTrainingBuilder> jobs, Action<GradientTrainingOptions>? configure = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var service = Create(folder, jobs, configure, time, services);
        await service._host.StartAsync();
        return service;
    }

    public static Service Create(TemporaryFolder folder, Action<GradientTrainingBuilder> jobs, Action<GradientTrainingOptions>? configure = null, TimeProvider? time = null, Action<IServiceCollection>? services = null) =>
        Create(folder.Path, jobs, configure, time, services);

    public static Service Create(string folder, Action<GradientTrainingBuilder> jobs, Action<GradientTrainingOptions>? configure = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var log = new CollectedLog();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddGradientModelStore("rings", Path.Combine(folder, "models"));
        jobs(builder.Services.AddGradientTraining(configure));
        services?.Invoke(builder.Services);
        return new Service(builder.Build(), log);
    }

    public Task StartAsync() => _host.StartAsync();

    /// <param name="cancellationToken">Ends the wait for runs.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Waits for a run, but not for ever.</summary>
    public static Task<TrainingResult> EndOf(TrainingRun run) => run.Completion.WaitAsync(Limit);

    /// <summary>The events of a run that is over.</summary>
    public static async Task<List<TrainingEvent>> EventsOf(TrainingRun run)
    {
        List<TrainingEvent> events = [];
        using var limit = new CancellationTokenSource(Limit);
        await foreach (var one in run.ReadEventsAsync(cancellationToken: limit.Token))
        {
            events.Add(one);
        }

        return events;
    }

    /// <summary>A plan of a small perceptron on the rings.</summary>
    public static TrainingPlan Plan(TrainingContext context, int epochs = 3, Action<EpochRecord>? onEpoch = null) => new(
        RingPoint.Load(context.MLContext),
        new MlpTrainer(context.MLContext, context.Connect(new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = epochs, BatchSize = 20, Members = 1, OnEpoch = onEpoch })));

    public static void PublishIfNotWorse(TrainingJobOptions job) => job.Rule = PublishingRule.NotWorse(ModelMetric.Accuracy(), alsoMeasured: ModelMetric.LogLoss());

    public static void PublishAlways(TrainingJobOptions job) => job.Rule = PublishingRule.Always(ModelMetric.Accuracy());
}
