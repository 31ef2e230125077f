using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting.Tests.Versions;

[TestClass]
public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder["store"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ANewStoreIsEmpty()
    {
        var store = ModelStore.Open(Folder);
        Assert.IsNull(store.Current);
        Assert.IsEmpty(store.List());
        Assert.IsFalse(File.Exists(store.CurrentPath));
        Assert.AreEqual(Path.Combine(Folder, "current.zip"), store.CurrentPath);
    }

    [TestMethod]
    public void AVersionTellsAllThatWasToldOfIt()
    {
        var (model, schema) = SmallModel.Of(2);
        var details = new ModelVersionDetails
        {
            Metrics = new Dictionary<string, double> { ["accuracy"] = 0.75, ["odd"] = double.NaN },
            Seed = 5,
            Settings = "new MlpTrainer.Options()",
            Notes = "größer",
            RunId = "r1",
        };
        var published = ModelStore.Open(Folder).Publish(model, schema, details);

        var read = ModelStore.Open(Folder).List().Single();
        Assert.AreEqual(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Version 1 of {published.PublishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, accuracy 0.75, odd NaN; current"), read.ToString());
        Assert.AreEqual(1, read.Number);
        Assert.AreEqual(published.Sha256, read.Sha256);
        Assert.AreEqual(published.PublishedAt, read.PublishedAt);
        Assert.AreEqual(new FileInfo(read.Path).Length, read.Length);
        Assert.AreEqual(details with { Metrics = read.Details.Metrics }, read.Details);
        Assert.AreEqual(0.75, read.Details.Metrics["accuracy"]);
        Assert.IsTrue(double.IsNaN(read.Details.Metrics["odd"]));
        Assert.IsTrue(read.IsCurrent);
        Assert.IsNull(read.Problem);
    }

    [TestMethod]
    public void TheCurrentFileIsThePublishedModel()
    {
        var store = ModelStore.Open(Folder);
        foreach (int factor in new[] { 2, 3, 5 })
        {
            store.Publish(factor);
            Assert.AreEqual(factor, SmallModel.FactorOf(store.CurrentPath));
            Assert.AreEqual($"times {factor}", store.Current!.Details.Notes);
        }
    }

    [TestMethod]
    public void ARollbackPutsAnEarlierVersionInPlace()
    {
        var store = ModelStore.Open(Folder);
        store.Publish(2);
        store.Publish(3);
        var before = File.GetLastWriteTimeUtc(store.CurrentPath);
        Assert.IsTrue(store.Activate(1).IsCurrent);
        Assert.AreEqual(2, SmallModel.FactorOf(store.CurrentPath));
        Assert.AreEqual(1, store.Current!.Number);
        Assert.AreEqual(3, store.Publish(5).Number);
        Assert.AreNotEqual(before, File.GetLastWriteTimeUtc(store.CurrentPath));
        Assert.AreEqual(1, ModelStore.Open(Folder).Activate(1).Number);
    }

    [TestMethod]
    public void AVersionMayWaitForItsActivation()
    {
        var store = ModelStore.Open(Folder);
        Assert.IsFalse(store.Publish(2, activate: false).IsCurrent);
        Assert.IsNull(store.Current);
        Assert.IsFalse(File.Exists(ModelStore.Open(Folder).CurrentPath));
        store.Activate(1);
        Assert.AreEqual(2, SmallModel.FactorOf(store.CurrentPath));
    }

    [TestMethod]
    public void TheNewestVersionsAreKeptAndTheCurrentOne()
    {
        var store = ModelStore.Open(Folder, new ModelStoreOptions { KeptVersions = 2 });
        store.Publish(2);
        store.Publish(3);
        store.Activate(1);
        for (int i = 0; i < 3; i++)
        {
            store.Publish(5, activate: false);
        }

        CollectionAssert.AreEqual(new[] { 5, 4, 1 }, store.List().Select(version => version.Number).ToArray());
        store.Publish(7);
        CollectionAssert.AreEqual(new[] { 6, 5 }, store.List().Select(version => version.Number).ToArray());
        Assert.HasCount(4, Directory.GetFiles(_folder["store/versions"]));
    }

    [TestMethod]
    public void EqualModelsAreVersionsOfTheirOwn()
    {
        string model = SmallModel.Write(_folder["model.zip"], 2);
        var store = ModelStore.Open(Folder);
        for (int i = 1; i <= 3; i++)
        {
            Assert.AreEqual(i, store.PublishFile(model).Number);
            Assert.AreEqual(i, store.Current!.Number);
        }

        store.Activate(2);
        Assert.AreEqual(2, ModelStore.Open(Folder).Current!.Number);
    }

    [TestMethod]
    public void AClockThatGoesBackChangesNoOrder()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var store = ModelStore.Open(Folder, timeProvider: time);
        store.Publish(2);
        time.AdjustTime(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        store.Publish(3);
        var versions = ModelStore.Open(Folder).List();
        CollectionAssert.AreEqual(new[] { 2, 1 }, versions.Select(version => version.Number).ToArray());
        CollectionAssert.AreEqual(new[] { 2020, 2030 }, versions.Select(version => version.PublishedAt.Year).ToArray());
        Assert.AreEqual(2, store.Current!.Number);
    }

    [TestMethod]
    public void AnUnknownVersionIsRefusedWithThoseThereAre()
    {
        var store = ModelStore.Open(Folder);
        StringAssert.Contains(Assert.Throws<ArgumentOutOfRangeException>(() => store.Activate(1)).Message, "none yet");
        store.Publish(2);
        store.Publish(2);
        StringAssert.Contains(Assert.Throws<ArgumentOutOfRangeException>(() => store.Activate(7)).Message, "it has 2, 1");
        Assert.IsNull(store.Find(7));
        Assert.AreEqual(2, store.Find(2)!.Number);
    }

    [TestMethod]
    public void AFileThatIsNoModelIsNotPublished()
    {
        var store = ModelStore.Open(Folder);
        File.WriteAllText(_folder["text.zip"], "no model");
        var error = Assert.Throws<InvalidDataException>(() => store.PublishFile(_folder["text.zip"]));
        StringAssert.EndsWith(error.Message, "Nothing was published.");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => store.PublishFile(_folder["missing.zip"])).Message, "There is no file");
        Assert.IsEmpty(store.List());
    }

    [TestMethod]
    public void AModelThatCannotBeSavedLeavesNothing()
    {
        var store = ModelStore.Open(Folder);
        store.Publish(2);
        var context = new MLContext(1);
        var data = context.Data.LoadFromEnumerable(new[] { new { X = 1f } });
        var unsavable = context.Transforms.CustomMapping<Number, Number>((from, to) => to.X = from.X, contractName: null).Fit(data);
        Assert.Throws<Exception>(() => store.Publish(unsavable, data.Schema));
        Assert.HasCount(1, store.List());
        Assert.AreEqual(2, SmallModel.FactorOf(store.CurrentPath));
        Assert.HasCount(2, Directory.GetFileSystemEntries(_folder["store/versions"]));
    }

    [TestMethod]
    [DataRow(0, 30, "KeptVersions is 0")]
    [DataRow(1, 0, "LockTimeout is 00:00:00")]
    public void OptionsOutOfRangeAreRefused(int kept, int seconds, string expected)
    {
        var options = new ModelStoreOptions { KeptVersions = kept, LockTimeout = TimeSpan.FromSeconds(seconds) };
        StringAssert.Contains(Assert.Throws<ArgumentOutOfRangeException>(() => ModelStore.Open(Folder, options)).Message, expected);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddGradientModelStore("a", Folder, set => set.KeptVersions = -1));
    }

    [TestMethod]
    public void StoresAreServicesByTheirNames()
    {
        using var services = new ServiceCollection().AddGradientModelStore("a", _folder["a"]).AddGradientModelStore("b", _folder["b"]).BuildServiceProvider();
        services.GetRequiredKeyedService<ModelStore>("a").Publish(2);
        Assert.IsNull(services.GetRequiredKeyedService<ModelStore>("b").Current);
        Assert.AreEqual(1, services.GetRequiredKeyedService<ModelStore>("a").Current!.Number);
        Assert.AreSame(services.GetRequiredKeyedService<ModelStore>("a"), services.GetRequiredKeyedService<ModelStore>("a"));
    }

    private sealed class Number
    {
        public float X { get; set; }
    }
}
