using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Models among the services: keyed by name, the first one without a key, loaded when the host starts.</summary>
[TestClass]
public sealed class RegistrationTests
{
    [TestMethod]
    public void ModelsAreFoundByTheirNames()
    {
        using var served = new Served(
            builder => builder.FromModel(Blobs.First),
            services => services.AddGradientModel<Blob, BlobPrediction>("others").FromModel(Blobs.Second, "new").UseContext(Blobs.Context).WithBatching());
        var others = served.Services.GetRequiredKeyedService<IGradientModel<Blob, BlobPrediction>>("others");
        Assert.AreEqual("others", others.Name);
        Assert.AreEqual("new", others.Version);
        Assert.AreEqual("blobs", served.Model.Name);
        Assert.AreSame(served.Model, served.Services.GetRequiredKeyedService<IGradientModel<Blob, BlobPrediction>>("blobs"));
        Assert.AreSame(others, served.Services.GetRequiredKeyedService<IGradientModel>("others"));
        CollectionAssert.AreEquivalent(new[] { "blobs", "others" }, served.Services.GetServices<IGradientModel>().Select(model => model.Name).ToArray());
        Assert.AreSame(others, served.Services.GetRequiredKeyedService<BatchedPredictor<Blob, BlobPrediction>>("others").Model);
        Assert.AreSame(others, served.Services.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>().Model);
    }

    [TestMethod]
    public void WhatIsRegisteredAmissIsTold()
    {
        var services = new ServiceCollection();
        services.AddGradientModel<Blob, BlobPrediction>("a");
        Assert.Contains("'a' already", Assert.Throws<InvalidOperationException>(() => services.AddGradientModel<Blob, Blob>("a")).Message);
        using var provider = services.BuildServiceProvider();
        Assert.Contains("comes from nowhere", Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IGradientModel<Blob, BlobPrediction>>()).Message);
    }

    [TestMethod]
    public void OptionsOutOfRangeAreTold()
    {
        foreach (Action<GradientModelOptions> wrong in new Action<GradientModelOptions>[] { o => o.MaxEngines = 0, o => o.PollInterval = TimeSpan.Zero })
        {
            using var served = new Served(builder => builder.FromModel(Blobs.First).Configure(wrong));
            Assert.Contains("The model 'blobs' wants", Assert.Throws<ArgumentException>(() => served.Model).Message);
        }

        foreach (Action<BatchingOptions> wrong in new Action<BatchingOptions>[]
        {
            o => o.MaxBatchSize = 0, o => o.MaxDelay = TimeSpan.FromSeconds(-1), o => o.MaxConcurrentBatches = 0, o => o.QueueCapacity = 0, o => o.WhenFull = (BatchQueueFullMode)7,
        })
        {
            using var served = new Served(builder => builder.FromModel(Blobs.First).WithBatching(wrong));
            Assert.Contains("'blobs' wants", Assert.Throws<ArgumentException>(() => served.Services.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>()).Message);
        }
    }

    [TestMethod]
    public async Task AHostLoadsItsModelsWhenItStarts()
    {
        using var folder = new TemporaryFolder();
        using (var host = Build(Blobs.Save(Blobs.First, folder["model.zip"])))
        {
            await host.StartAsync();
            Assert.AreEqual(1, host.Services.GetRequiredKeyedService<IGradientModel>("blobs").Status.Reloads);
            await host.StopAsync();
        }

        using var failing = Build(folder["missing.zip"]);
        Assert.Contains("missing.zip", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing.StartAsync())).Message);

        static IHost Build(string file)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddGradientModel<Blob, BlobPrediction>("blobs").FromFile(file, watchForChanges: true).UseContext(Blobs.Context);
            return builder.Build();
        }
    }

    [TestMethod]
    public void AfterTheServicesAreGoneNothingPredicts()
    {
        IGradientModel<Blob, BlobPrediction> model;
        using (var served = new Served(builder => builder.FromModel(Blobs.First)))
        {
            model = served.Model;
        }

        Assert.Throws<ObjectDisposedException>(() => model.Predict(Blobs.Rows[0]));
        Assert.IsTrue(model.ReloadAsync().IsFaulted);
    }
}
