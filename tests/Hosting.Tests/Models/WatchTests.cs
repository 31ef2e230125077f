namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Whichever way a file is replaced, the new model is found; what is no model changes nothing.</summary>
[TestClass]
public sealed class WatchTests
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.zip"];

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    public static IEnumerable<object[]> Ways =>
        new string[] { "rename", "overwrite", "delete and make", "time backwards", "same time", "slowly" }.Select(way => new object[] { way });

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void AReplacedFileIsFound(string way)
    {
        Blobs.Save(Blobs.First, File);
        byte[] second = System.IO.File.ReadAllBytes(Blobs.Save(Blobs.Second, _folder["second.zip"]));
        using var served = Served.Watching(File);
        var model = served.Model;
        string? first = model.Version;
        Replace(way, second);
        Wait.Until(() => model.Version != first, "the new model is taken");
        Assert.AreEqual(Blobs.Expected(Blobs.Second)[0].Score[0], model.Predict(Blobs.Rows[0]).Score[0]);
    }

    [TestMethod]
    public void ATouchReloadsNothing()
    {
        Blobs.Save(Blobs.First, File);
        using var served = Served.Watching(File);
        var model = served.Model;
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow.AddDays(-3));
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow.AddYears(3));

        // A later change is seen, so that the touches were, too.
        Blobs.Save(Blobs.Second, File);
        Wait.Until(() => model.Status.Reloads == 2, "the change is seen");
        Assert.AreEqual(0, model.Status.FailedReloads);
    }

    [TestMethod]
    public void ADeletedFileLeavesTheModelUntilItIsBack()
    {
        Blobs.Save(Blobs.First, File);
        using var served = Served.Watching(File);
        var model = served.Model;
        System.IO.File.Delete(File);
        Wait.Until(() => model.Status.Problem is not null, "it is missed");
        Assert.AreEqual(Blobs.Expected(Blobs.First)[0].Score[0], model.Predict(Blobs.Rows[0]).Score[0]);
        Blobs.Save(Blobs.Second, File);
        Wait.Until(() => model.Status.Reloads == 2, "the new file is taken");
        Assert.HasCount(1, served.Log.Errors);
    }

    [TestMethod]
    public void AFolderThatIsReplacedIsFollowed()
    {
        string folder = _folder["models"], file = Path.Combine(folder, "model.zip");
        Directory.CreateDirectory(folder);
        Blobs.Save(Blobs.First, file);
        using var served = Served.Watching(file);
        var model = served.Model;
        Directory.Delete(folder, recursive: true);
        Wait.Until(() => model.Status.Problem is not null, "the folder is missed");
        Directory.CreateDirectory(folder);
        Blobs.Save(Blobs.Second, file);
        Wait.Until(() => model.Status.Reloads == 2, "the file in the new folder is taken");
    }

    /// <summary>As Kubernetes replaces the files of a config map: model.zip leads to ..data/model.zip, and ..data is turned by a rename.</summary>
    [TestMethod]
    public void ATurnedLinkIsFollowed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Links take a privilege on Windows.");
        }

        foreach (var (folder, model) in new[] { ("..1", Blobs.First), ("..2", Blobs.Second) })
        {
            Directory.CreateDirectory(_folder[folder]);
            Blobs.Save(model, Path.Combine(_folder[folder], "model.zip"));
        }

        Directory.CreateSymbolicLink(_folder["..data"], "..1");
        System.IO.File.CreateSymbolicLink(File, Path.Combine("..data", "model.zip"));
        using var served = Served.Watching(File);
        string? first = served.Model.Version;
        Directory.CreateSymbolicLink(_folder["..new"], "..2");
        Assert.AreEqual(0, Rename(_folder["..new"], _folder["..data"]));
        Wait.Until(() => served.Model.Version != first, "the new target is taken");
    }

    [TestMethod]
    public void AFileThatAppearsIsTaken()
    {
        string file = Path.Combine(_folder.Path, "later", "model.zip");
        using var served = Served.Watching(file, options => options.WaitForFile = true);
        var model = served.Model;
        Assert.IsNull(model.Version);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Blobs.Save(Blobs.First, file);
        Wait.Until(() => model.Version is not null, "the file is there");
    }

    [TestMethod]
    public void ABrokenFileIsLoggedOnceHoweverOftenItIsLookedAt()
    {
        Blobs.Save(Blobs.First, File);
        using var served = Served.Watching(File, options => options.PollInterval = TimeSpan.FromMilliseconds(10));
        var model = served.Model;
        System.IO.File.WriteAllText(File + ".new", "no model");
        System.IO.File.Move(File + ".new", File, overwrite: true);
        Wait.Until(() => model.Status.Problem is not null, "it is refused");
        for (int i = 0; i < 20; i++)
        {
            System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow.AddHours(i));
            Thread.Sleep(10);
        }

        Blobs.Save(Blobs.Second, File);
        Wait.Until(() => model.Status.Reloads == 2, "a right one is taken");
        Assert.HasCount(1, served.Log.Errors);
    }

    private void Replace(string way, byte[] content)
    {
        switch (way)
        {
            case "rename":
                System.IO.File.WriteAllBytes(File + ".new", content);
                System.IO.File.Move(File + ".new", File, overwrite: true);
                break;
            case "overwrite":
                System.IO.File.WriteAllBytes(File, content);
                break;
            case "delete and make":
                System.IO.File.Delete(File);
                System.IO.File.WriteAllBytes(File, content);
                break;
            case "time backwards":
                System.IO.File.WriteAllBytes(File + ".new", content);
                System.IO.File.SetLastWriteTimeUtc(File + ".new", new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
                System.IO.File.Move(File + ".new", File, overwrite: true);
                break;
            case "same time":
                var time = System.IO.File.GetLastWriteTimeUtc(File);
                System.IO.File.WriteAllBytes(File + ".new", content);
                System.IO.File.SetLastWriteTimeUtc(File + ".new", time);
                System.IO.File.Move(File + ".new", File, overwrite: true);
                break;
            case "slowly":
                using (var stream = new FileStream(File, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
                {
                    foreach (byte[] part in content.Chunk((content.Length / 10) + 1))
                    {
                        stream.Write(part);
                        stream.Flush();
                        Thread.Sleep(30);
                    }
                }

                break;
        }
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "rename", CharSet = System.Runtime.InteropServices.CharSet.Ansi)]
    private static extern int Rename(string from, string to);
}
