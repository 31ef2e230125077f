using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting.Tests.Versions;

/// <summary>Publishers that are killed, that are several, and a disk that is full.</summary>
[TestClass]
public sealed class PublishingFaultTests : IDisposable
{
    private const int Kills = 50;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void APublisherThatIsKilledAtAnyInstantLeavesAWholeStore()
    {
        string model = SmallModel.Write(_folder["model.zip"], 3);
        string folder = _folder["store"];
        var random = new Random(12);
        int last = 0;
        for (int i = 0; i < Kills; i++)
        {
            using (var publisher = Publisher.Start(folder, model, int.MaxValue))
            {
                // It has published and begins the next one: a version takes some milliseconds.
                last = Math.Max(last, int.Parse(publisher.StandardOutput.ReadLine()!));
                long until = Stopwatch.GetTimestamp() + (long)(random.NextDouble() * 0.02 * Stopwatch.Frequency);
                SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= until);
                publisher.Kill();
                publisher.WaitForExit();
            }

            // Before anybody mends it, those who serve the file load it.
            Assert.AreEqual(3, SmallModel.FactorOf(Path.Combine(folder, "current.zip")));
            var store = ModelStore.Open(folder, new ModelStoreOptions { KeptVersions = 3 });
            var versions = store.List();
            Assert.IsTrue(versions.All(version => version.Problem is null && version.Sha256 == FileHash.Of(version.Path).Sha256));
            Assert.IsInRange(Math.Min(3, last), 4, versions.Count);
            Assert.IsGreaterThanOrEqualTo(last, versions[0].Number);
            Assert.IsGreaterThanOrEqualTo(last, store.Current!.Number);
            last = versions[0].Number;
            Assert.HasCount(2 * versions.Count, Directory.GetFiles(Path.Combine(folder, "versions")));
            CollectionAssert.IsSubsetOf(Directory.GetFiles(folder).Select(Path.GetFileName).ToArray(), new[] { ".lock", "current.zip", "current.json" });
        }
    }

    [TestMethod]
    public void SeveralProcessesPublishAtOnce()
    {
        string model = SmallModel.Write(_folder["model.zip"], 3);
        string folder = _folder["store"];
        Process[] publishers = [.. Enumerable.Range(0, 3).Select(_ => Publisher.Start(folder, model, 8))];
        int[] numbers = [.. publishers.SelectMany(publisher =>
        {
            using (publisher)
            {
                string output = publisher.StandardOutput.ReadToEnd();
                publisher.WaitForExit();
                Assert.AreEqual(0, publisher.ExitCode, publisher.StandardError.ReadToEnd());
                return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
            }
        })];
        CollectionAssert.AreEquivalent(Enumerable.Range(1, 24).ToArray(), numbers);
        var store = ModelStore.Open(folder);
        CollectionAssert.AreEqual(new[] { 24, 23, 22 }, store.List().Select(version => version.Number).ToArray());
        Assert.AreEqual(24, store.Current!.Number);
    }

    [TestMethod]
    public void SeveralThreadsPublishActivateAndListAtOnce()
    {
        string model = SmallModel.Write(_folder["model.zip"], 3);
        var store = ModelStore.Open(_folder["store"], new ModelStoreOptions { KeptVersions = 100 });
        store.PublishFile(model);
        Parallel.For(0, 24, i =>
        {
            if (i % 3 == 0)
            {
                store.PublishFile(model);
            }
            else if (i % 3 == 1)
            {
                store.Activate(1);
            }
            else
            {
                Assert.IsGreaterThanOrEqualTo(1, store.List().Count);
                Assert.IsNotNull(store.Current);
            }
        });
        Assert.HasCount(9, store.List());
    }

    [TestMethod]
    public void APublisherThatHoldsTheStoreForTooLongIsTold()
    {
        var store = ModelStore.Open(_folder["store"], new ModelStoreOptions { LockTimeout = TimeSpan.FromMilliseconds(50) });
        store.Publish(2);
        using var held = StoreLock.Take(_folder["store/.lock"], TimeSpan.FromSeconds(1));
        StringAssert.Contains(Assert.Throws<IOException>(() => store.Publish(3)).Message, "Another process has been publishing");
        Assert.AreEqual(1, ModelStore.Open(_folder["store"], new ModelStoreOptions { LockTimeout = TimeSpan.FromMilliseconds(50) }).Current!.Number);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFullDiskLeavesTheOldModelServing()
    {
        string folder = Directory.CreateDirectory(_folder["disk"]).FullName;
        if (!Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", folder) != 0)
        {
            Assert.Inconclusive("Needs the right to mount a small file system.");
        }

        try
        {
            var store = ModelStore.Open(folder);
            store.Publish(2);
            int attempts = 0;
            for (int size = 1 << 10; size < 1 << 17; size *= 2)
            {
                // A file in the way leaves less and less room: the disk is full at each step once.
                string filler = Path.Combine(folder, "filler");
                Fill(filler, size);
                if (Try(() => store.Publish(3)) is { } error)
                {
                    attempts++;
                    StringAssert.Contains(error.Message, "was not published, and version");
                    StringAssert.Contains(error.Message, "goes on serving");
                }

                File.Delete(filler);
                Assert.IsTrue(SmallModel.FactorOf(store.CurrentPath) is 2 or 3);
                var mended = ModelStore.Open(folder);
                Assert.IsTrue(mended.List().All(version => version.Problem is null));
                Assert.AreEqual(store.Current!.Number, mended.Current!.Number);
                Assert.HasCount(2 * mended.List().Count, Directory.GetFiles(Path.Combine(folder, "versions")));
            }

            Assert.IsGreaterThan(0, attempts);
            store.Publish(5);
            Assert.AreEqual(5, SmallModel.FactorOf(store.CurrentPath));
        }
        finally
        {
            Assert.AreEqual(0, Run("umount", folder));
        }
    }

    private static IOException? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (IOException exception)
        {
            return exception;
        }
    }

    /// <summary>Writes up to so many bytes, fewer where the disk has no more.</summary>
    private static void Fill(string path, int size)
    {
        Try(() =>
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            for (int i = 0; i < size; i += 512)
            {
                file.Write(new byte[512]);
            }
        });
    }

    private static int Run(string tool, params string[] arguments)
    {
        using var process = ChildProcess.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true });
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
