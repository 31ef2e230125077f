using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>A service with one model of blobs, and what it logs.</summary>
internal sealed class Served : IDisposable
{
    private readonly ServiceProvider _provider;

    public Served(Action<GradientModelBuilder<Blob, BlobPrediction>> build, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log)).AddMetrics();
        build(services.AddGradientModel<Blob, BlobPrediction>("blobs").UseContext(Blobs.Context));
        add?.Invoke(services);
        _provider = services.BuildServiceProvider();
    }

    public CollectedLog Log { get; } = new();

    public IServiceProvider Services => _provider;

    public IGradientModel<Blob, BlobPrediction> Model => Services.GetRequiredService<IGradientModel<Blob, BlobPrediction>>();

    /// <summary>A service with a watched file, loaded.</summary>
    public static Served Watching(string file, Action<GradientModelOptions>? configure = null) => new Served(builder => builder
        .FromFile(file, watchForChanges: true)
        .Configure(options =>
        {
            options.PollInterval = TimeSpan.FromMilliseconds(50);
            configure?.Invoke(options);
        })).Loaded();

    /// <summary>A service with a file that is loaded, and loaded again when it is asked for.</summary>
    public static Served From(string file, Action<GradientModelOptions>? configure = null) => new Served(builder => builder.FromFile(file).Configure(configure ?? (_ => { }))).Loaded();

    public Served Loaded()
    {
        Assert.AreEqual("blobs", Model.Name);
        return this;
    }

    public void Dispose() => _provider.Dispose();
}
