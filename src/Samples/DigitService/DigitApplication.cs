using System.Net;
using System.Text.Json.Serialization;
using MLNet.GradientTrainers.DigitService.Api;
using MLNet.GradientTrainers.DigitService.Models;
using MLNet.GradientTrainers.DigitService.Security;
using MLNet.GradientTrainers.DigitService.Training;
using MLNet.GradientTrainers.Hosting;
using OpenTelemetry.Metrics;

namespace MLNet.GradientTrainers.DigitService;

/// <summary>Puts the service together: the model, its versions and its training from the package's own registrations, then what is said over HTTP.</summary>
internal static class DigitApplication
{
    /// <summary>Makes the service.</summary>
    /// <param name="settings">Settings that go before those of the environment, as <c>--Section:Name=value</c>.</param>
    /// <param name="listen">Where it listens, unless <c>urls</c> is set.</param>
    /// <param name="folder">The folder of models; null for that of the configuration.</param>
    /// <exception cref="InvalidOperationException">A setting is out of its range, or of another kind.</exception>
    public static WebApplication Build(string[] settings, IPEndPoint listen, string? folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        if (folder is not null)
        {
            builder.Configuration[$"{DigitServiceOptions.Section}:{nameof(DigitServiceOptions.Folder)}"] = folder;
        }

        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls($"http://{listen}");
        }

        if (IPAddress.IsLoopback(listen.Address))
        {
            // Other names for this address come from pages that try to reach it through a name of their own.
            builder.Configuration["AllowedHosts"] ??= "localhost;127.0.0.1;[::1]";
        }

        // Why the host can't start is told in a sentence by who starts it.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None).AddSimpleConsole(console => console.SingleLine = true);
        IConfigurationSection section = builder.Configuration.GetSection(DigitServiceOptions.Section);
        if (Options(section).Problem() is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        builder.Services.Configure<DigitServiceOptions>(section);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Options(section).Limits.BodyBytes + 1;
        });
        AddModels(builder.Services, Options(section));
        AddWeb(builder.Services);

        WebApplication app = builder.Build();
        app.UseExceptionHandler().UseStatusCodePages().UseSecurityHeaders();
        app.UseDefaultFiles().UseStaticFiles();
        app.UseRateLimiter();
        app.MapPredictions();
        app.MapTraining();
        app.MapModels();
        app.MapStatus();
        app.Lifetime.ApplicationStarted.Register(() => StartLine.Print(app));
        return app;
    }

    /// <summary>A store of versions, a model that follows its current one, and a job that publishes to it.</summary>
    private static void AddModels(IServiceCollection services, DigitServiceOptions options)
    {
        string models = Path.Combine(options.Folder, "models");
        services.AddGradientModelStore(DigitTrainingJob.Name, models, store => store.KeptVersions = 8);
        services.AddGradientModel<DigitInput, DigitOutput>(DigitTrainingJob.Name).FromStore()
            .WithBatching()
            .Configure(model => model.WaitForFile = true);
        services.AddGradientTraining(training => training.StateFolder = Path.Combine(options.Folder, "state"))
            .AddJob<DigitTrainingJob>(DigitTrainingJob.Name, job =>
            {
                job.Rule = PublishingRule.NotWorse(ModelMetric.Accuracy(), alsoMeasured: ModelMetric.LogLoss());
                job.RunWhenNoModel = options.Training.AtStart;
                job.Seed = options.Training.Seed;
            });
        services.AddSingleton<TrainingBoard>().AddHostedService<TrainingReporter>();
        services.AddSingleton<DigitReader>().AddSingleton<DigitExplainer>();
    }

    private static void AddWeb(IServiceCollection services)
    {
        services.AddSingleton<ApiKey>().AddSingleton<PredictRequestReader>();
        services.AddRateLimits();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Explain).AddExceptionHandler<ProblemHandler>();
        services.AddApiDocument();
        services.AddHealthChecks().AddGradientModel(DigitTrainingJob.Name).AddGradientTraining();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(HostingTelemetry.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime")
            .AddPrometheusExporter());
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
    }

    private static DigitServiceOptions Options(IConfigurationSection section) => section.Get<DigitServiceOptions>() ?? new DigitServiceOptions();
}
