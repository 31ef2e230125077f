using MLNet.GradientTrainers.Hosting.Tests.Training;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting.Tests.Versions;

/// <summary>What crashes and other programs leave in a store.</summary>
[TestClass]
public sealed class StoreRepairTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CollectedLog _log = new();

    private string Current => _folder["current.zip"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void UnfinishedFilesAreRemoved()
    {
        Open().Publish(2);
        File.WriteAllText(Version(2, "pending"), "half a model");
        File.WriteAllText(Version(2, "json"), File.ReadAllText(Version(1, "json")));
        File.WriteAllText(_folder["versions/.v000002.pending.01234567.aside"], "less");
        File.WriteAllText(_folder[".current.zip.01234567.aside"], "less");
        var store = Open();
        Assert.HasCount(1, store.List());
        Assert.HasCount(2, Directory.GetFiles(_folder["versions"]));
        Assert.HasCount(3, Directory.GetFiles(_folder.Path));
        Assert.HasCount(4, _log.Of("UnfinishedFileRemoved"));
        Assert.AreEqual(2, store.Publish(3).Number);
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("truncated")]
    [DataRow("foreign")]
    [DataRow("empty")]
    public void ALostCurrentFileIsPutBack(string how)
    {
        var store = Open();
        store.Publish(2);
        store.Publish(3);
        store.Activate(1);
        Damage(Current, how);
        Assert.IsNull(store.Current);

        store = Open();
        Assert.AreEqual(1, store.Current!.Number);
        Assert.AreEqual(2, SmallModel.FactorOf(Current));
        StringAssert.Contains(_log.Of("CurrentModelRestored").Single(), "Version 1");
    }

    [TestMethod]
    public void WhereTheVersionIsDamagedTooTheNewestWholeOneIsPutBack()
    {
        var store = Open();
        store.Publish(2);
        store.Publish(3);
        store.Publish(5);
        Damage(Current, "truncated");
        Damage(Version(3, "zip"), "truncated");
        Assert.AreEqual(2, Open().Current!.Number);
        Assert.AreEqual(3, SmallModel.FactorOf(Current));
    }

    [TestMethod]
    public void WithoutAWholeVersionTheCurrentFileIsLeft()
    {
        File.WriteAllText(Current, "no model");
        var store = Open();
        Assert.IsNull(store.Current);
        Assert.AreEqual("no model", File.ReadAllText(Current));
        Assert.HasCount(1, _log.Of("CurrentModelLost"));
        Assert.AreEqual(1, store.Publish(2).Number);
        Assert.AreEqual(2, SmallModel.FactorOf(Current));
    }

    [TestMethod]
    public void AModelThatSomebodyPutInPlaceBecomesAVersion()
    {
        Open().Publish(2);
        SmallModel.Write(Current, 7);
        var store = Open();
        Assert.AreEqual(2, store.Current!.Number);
        StringAssert.Contains(store.Current.Details.Notes, "found");
        store.Publish(3);
        store.Activate(2);
        Assert.AreEqual(7, SmallModel.FactorOf(Current));
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("truncated")]
    [DataRow("foreign")]
    [DataRow("empty")]
    public void AManifestIsMadeFromTheModel(string how)
    {
        Open().Publish(2);
        Damage(Version(1, "json"), how);
        var store = Open();
        Assert.AreEqual(1, store.Current!.Number);
        Assert.HasCount(1, _log.Of("ManifestMade"));
        store.Publish(3);
        Assert.AreEqual(1, store.Activate(1).Number);
    }

    [TestMethod]
    [DataRow("truncated")]
    [DataRow("foreign")]
    [DataRow("empty")]
    [DataRow("changed")]
    public void ADamagedVersionIsNotActivated(string how)
    {
        var store = Open();
        store.Publish(2);
        store.Publish(3);
        Damage(Version(1, "zip"), how);
        store = Open();
        Assert.HasCount(2, store.List());
        Assert.AreEqual(how != "changed", store.Find(1)!.Problem is not null);
        var error = Assert.Throws<InvalidDataException>(() => store.Activate(1));
        StringAssert.Contains(error.Message, "Version 1 was not activated");
        Assert.AreEqual(3, SmallModel.FactorOf(Current));
        Assert.AreEqual(2, store.Current!.Number);
    }

    [TestMethod]
    public void AFileWithAVersionsNameThatIsNoModelIsMovedAside()
    {
        var store = Open();
        store.Publish(2);
        File.WriteAllText(Version(7, "zip"), "no model");
        store = Open();
        Assert.HasCount(1, store.List());
        Assert.AreEqual("no model", File.ReadAllText(Version(7, "damaged")));
        Assert.AreEqual(8, store.Publish(3).Number);
        Open();
        Assert.HasCount(1, _log.Of("FileMovedAside"));
    }

    [TestMethod]
    public void OtherFilesAreLeft()
    {
        Open().Publish(2);
        string[] others = [_folder["notes.txt"], _folder["versions/notes.txt"], _folder["versions/v1.zip"], _folder["versions/vacation.zip"], _folder["versions/v0000002.zip"], _folder["versions/v99999999999.zip"]];
        foreach (string other in others)
        {
            File.WriteAllText(other, "mine");
        }

        var store = Open();
        Assert.HasCount(1, store.List());
        Assert.AreEqual(2, store.Publish(3).Number);
        Assert.IsTrue(others.All(other => File.ReadAllText(other) == "mine"));
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("[1]")]
    [DataRow("{\"version\":-3}")]
    [DataRow("{\"version\":2147483647}")]
    [DataRow("")]
    public void ANoteThatMakesNoSenseIsMadeAnew(string text)
    {
        Open().Publish(2);
        File.WriteAllText(_folder["current.json"], text);
        Assert.AreEqual(1, Open().Current!.Number);
        StringAssert.Contains(File.ReadAllText(_folder["current.json"]), "1");
        Assert.AreEqual(2, Open().Publish(3).Number);
    }

    /// <summary>A file that another program holds, or that belongs to another user.</summary>
    [TestMethod]
    [DataRow("versions/v000002.json", 3)]
    [DataRow("versions/v000002.json", 2)]
    [DataRow("current.json", 3)]
    public void AFileThatCannotBeReadHidesNothingElse(string file, int current)
    {
        var store = Open();
        store.Publish(2);
        store.Publish(3);
        store.Publish(5);
        store.Activate(current);
        string text = File.ReadAllText(_folder[file]);
        using (new FileStream(_folder[file], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            store = Open();
            var numbers = store.List().Select(version => version.Number).ToArray();
            CollectionAssert.AreEqual(file.StartsWith("versions", StringComparison.Ordinal) ? new[] { 3, 1 } : [3, 2, 1], numbers);
            Assert.AreEqual(current == 2 ? null : current, store.Current?.Number);
            Assert.AreEqual(4, store.Publish(7).Number);
            Assert.AreEqual(4, store.Current!.Number);
            Assert.AreEqual(7, SmallModel.FactorOf(Current));
        }

        CollectionAssert.AreEqual(new[] { 4, 3, 2, 1 }, Open().List().Select(version => version.Number).ToArray());
        Assert.AreEqual(4, Open().Current!.Number);
        if (file.StartsWith("versions", StringComparison.Ordinal))
        {
            Assert.AreEqual(text, File.ReadAllText(_folder[file]));
            Assert.IsNotEmpty(_log.Of("VersionNotRead"));
        }
    }

    [TestMethod]
    public void WhereTheCurrentFileCannotBeReadTheVersionsCan()
    {
        Open().Publish(2);
        using (new FileStream(Current, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.AreEqual(1, Open().List().Single().Number);
            Assert.IsNull(Open().Current);
        }

        Assert.AreEqual(1, Open().Current!.Number);
    }

    [TestMethod]
    public void WithoutTheFileAndANoteThatSaysWhichTheNewestVersionIsPutBack()
    {
        Open().Publish(2);
        Open().Publish(3);
        File.Delete(Current);
        File.WriteAllText(_folder["current.json"], "{");
        Assert.AreEqual(2, Open().Current!.Number);
        Assert.AreEqual(3, SmallModel.FactorOf(Current));
        Assert.EndsWith("current.zip' is missing. Version 2 was put in its place.", _log.Of("CurrentModelRestored").Single());
    }

    [TestMethod]
    public void AFolderWithAVersionsNameIsPassedOver()
    {
        Open().Publish(2);
        Directory.CreateDirectory(Version(2, "zip"));
        Directory.CreateDirectory(Version(3, "json"));
        Assert.AreEqual(4, Open().Publish(3).Number);
        Assert.AreEqual(4, Open().Current!.Number);
    }

    private ModelStore Open() => ModelStore.Open(_folder.Path, logger: new LoggerFactory([_log]).CreateLogger<ModelStore>());

    private string Version(int number, string ending) => _folder[$"versions/v{number:000000}.{ending}"];

    private static void Damage(string path, string how)
    {
        byte[] bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "missing":
                File.Delete(path);
                break;
            case "truncated":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "foreign":
                File.WriteAllText(path, "something else");
                break;
            case "empty":
                File.WriteAllText(path, "");
                break;
            case "changed":
                bytes[^1] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
        }
    }
}
