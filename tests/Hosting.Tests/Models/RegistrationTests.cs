using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.Data;

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
    public void PathsOfTheWrongKindAreTold()
    {
        using var folder = new TemporaryFolder();
        using (var served = new Served(builder => builder.FromFile(folder.Path)))
        {
            Assert.Contains("is a folder", Assert.Throws<InvalidOperationException>(() => served.Model).Message);
        }

        string file = folder["file"];
        File.WriteAllText(file, "no folder");
        foreach (string store in new[] { file, Path.Combine(file, "store") })
        {
            string message = Assert.Throws<IOException>(() => ModelStore.Open(store)).Message;
            Assert.Contains($"'{file}' is a file", message);
            Assert.Contains("give another folder", message);
        }
    }

    [TestMethod]
    public void AnEmptyStoreSaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        using var served = new Served(builder => builder.FromStore("empty"), services => services.AddGradientModelStore("empty", folder["store"]));
        string message = Assert.Throws<InvalidOperationException>(() => served.Model).Message;
        Assert.Contains("WaitForFile", message);
        Assert.Contains("Publish", message);
    }

    /// <summary>Requests have no label, and it is easy to forget how long a vector is.</summary>
    [TestMethod]
    public void WhatAClassOfInputLacksIsTold()
    {
        using var folder = new TemporaryFolder();
        string file = Blobs.Save(Blobs.First, folder["model.zip"]);
        string message = Problem<WithoutSpecies>(file);
        Assert.Contains("Give WithoutSpecies a member Species (String)", message);
        Assert.Contains("its value doesn't matter", message);
        message = Problem<WithoutSize>(file);
        Assert.Contains("[VectorType(4)] to WithoutSize.Features", message);
        Assert.DoesNotContain("by Probe", message);

        static string Problem<TIn>(string file)
            where TIn : class, new()
        {
            var services = new ServiceCollection();
            services.AddGradientModel<TIn, BlobPrediction>("blobs").FromFile(file).UseContext(Blobs.Context);
            using var provider = services.BuildServiceProvider();
            return Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IGradientModel<TIn, BlobPrediction>>()).Message;
        }
    }

    private sealed class WithoutSpecies
    {
        [VectorType(Blob.Width)]
        public float[] Features { get; set; } = [];

        public float Height { get; set; }
    }

    private sealed class WithoutSize
    {
        public string Species { get; set; } = "";

        public float[] Features { get; set; } = [];

        public float Height { get; set; }
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
