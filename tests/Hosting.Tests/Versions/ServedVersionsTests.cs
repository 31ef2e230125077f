using Microsoft.Extensions.DependencyInjection;

namespace MLNet.GradientTrainers.Hosting.Tests.Versions;

/// <summary>Those who serve the current file see each version.</summary>
[TestClass]
public sealed class ServedVersionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task AModelOfTheServiceFollowsPublishingAndRollback()
    {
        await using var services = new ServiceCollection()
            .AddGradientModelStore("numbers", _folder["store"])
            .AddGradientModel<Number, Answer>("numbers")
            .FromStore()
            .Configure(options => options.WaitForFile = true)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredKeyedService<ModelStore>("numbers");
        var model = services.GetRequiredService<IGradientModel<Number, Answer>>();
        foreach (int factor in new[] { 2, 3 })
        {
            var version = store.Publish(factor);
            await model.ReloadAsync();
            Assert.AreEqual(factor, model.Predict(new Number { X = 1 }).Y, 1e-5);
            StringAssert.StartsWith(version.Sha256, model.Version);
        }

        store.Activate(1);
        await model.ReloadAsync();
        Assert.AreEqual(2, model.Predict(new Number { X = 1 }).Y, 1e-5);
    }

    [TestMethod]
    public async Task ItFollowsByItselfAStoreOfAnotherName()
    {
        await using var services = new ServiceCollection()
            .AddGradientModelStore("versions", _folder["store"])
            .AddGradientModel<Number, Answer>("numbers")
            .FromStore("versions")
            .Configure(options => (options.WaitForFile, options.PollInterval) = (true, TimeSpan.FromMilliseconds(50)))
            .Services.BuildServiceProvider();
        var model = services.GetRequiredService<IGradientModel<Number, Answer>>();
        Assert.IsNull(model.Version);
        var store = services.GetRequiredKeyedService<ModelStore>("versions");
        foreach (int factor in new[] { 2, 3 })
        {
            var version = store.Publish(factor);
            Wait.Until(() => model.Version is { } served && version.Sha256.StartsWith(served, StringComparison.Ordinal), $"factor {factor} is served");
            Assert.AreEqual(factor, model.Predict(new Number { X = 1 }).Y, 1e-5);
        }
    }

    [TestMethod]
    public void AStoreThatIsNotThereIsNamed()
    {
        using var services = new ServiceCollection().AddGradientModel<Number, Answer>("numbers").FromStore("versions").Services.BuildServiceProvider();
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IGradientModel<Number, Answer>>()).Message, "AddGradientModelStore(\"versions\"");
    }

    /// <summary>ML.NET's PredictionEnginePool waits for changes of a file's time, and sees no rename.</summary>
    [TestMethod]
    [DataRow("publish")]
    [DataRow("activate")]
    public async Task AWatcherOfChangesAloneIsToldOfEachVersion(string what)
    {
        var store = ModelStore.Open(_folder["store"]);
        store.Publish(2);
        store.Publish(3);
        using var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(store.Folder, "current.zip") { NotifyFilter = NotifyFilters.LastWrite };
        watcher.Changed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        if (what == "publish")
        {
            store.Publish(5);
        }
        else
        {
            store.Activate(1);
        }

        Assert.IsTrue(await changed.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.AreEqual(what == "publish" ? 5 : 2, SmallModel.FactorOf(store.CurrentPath));
    }

    private sealed class Number
    {
        public float X { get; set; }
    }

    private sealed class Answer
    {
        public float Y { get; set; }
    }
}
