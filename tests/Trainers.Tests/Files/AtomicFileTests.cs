using System.Runtime.Versioning;
using MLNet.GradientTrainers.Tests.Data;

namespace MLNet.GradientTrainers.Tests.Files;

[TestClass]
public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["model.zip"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AFileIsMadeAndReplaced()
    {
        Write("first");
        Assert.AreEqual("first", File.ReadAllText(Target));
        Write("second, longer");
        Write("third");
        AssertOnlyFile("third");
    }

    [TestMethod]
    public async Task AsynchronouslyToo()
    {
        await AtomicFile.WriteAsync(Target, (stream, token) => stream.WriteAsync("first"u8.ToArray(), token).AsTask(), CancellationToken.None);
        AssertOnlyFile("first");
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => AtomicFile.WriteAsync(
            Target,
            async (stream, _) =>
            {
                await stream.WriteAsync("second"u8.ToArray(), CancellationToken.None);
                await cancellation.CancelAsync();
            },
            cancellation.Token));
        AssertOnlyFile("first");
    }

    [TestMethod]
    public void TheWriterMayCloseTheStreamAndSeekInIt()
    {
        AtomicFile.Write(Target, stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.Write("xirst");
            writer.Flush();
            stream.Position = 0;
            writer.Write("f");
        });
        AssertOnlyFile("first");
    }

    [TestMethod]
    public void AFailingWriterLeavesTheOldFile()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(Target, Fail<InvalidOperationException>));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
        Write("old");
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(Target, Fail<InvalidOperationException>));
        AssertOnlyFile("old");
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, Fail<IOException>));
        StringAssert.Contains(error.Message, Target);
        StringAssert.Contains(error.Message, "unchanged");
        AssertOnlyFile("old");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFailureThatTheWriterSwallowsIsThrown()
    {
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write("/dev/full", stream =>
        {
            try
            {
                stream.Write(new byte[100_000]);
            }
            catch (IOException)
            {
                // As ML.NET does with the end of its archive.
            }
        }));
        StringAssert.Contains(error.Message, "/dev/full");
    }

    [TestMethod]
    public void NobodySeesAPart()
    {
        Write("old");
        AtomicFile.Write(Target, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.AreEqual("old", File.ReadAllText(Target));
        });
        AssertOnlyFile("new");
    }

    [TestMethod]
    public void AReaderOfTheOldFileReadsOn()
    {
        Write("old");
        using var reader = new StreamReader(new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Write("new");
        Assert.AreEqual("old", reader.ReadToEnd());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void PermissionsAreKept()
    {
        Write("old");
        File.SetUnixFileMode(Target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("new");
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        AssertOnlyFile("new");
    }

    [TestMethod]
    public void AMissingFolderIsNamed()
    {
        string path = Path.Combine(_folder["missing"], "model.zip");
        var error = Assert.ThrowsExactly<DirectoryNotFoundException>(() => AtomicFile.Write(path, _ => { }));
        StringAssert.Contains(error.Message, _folder["missing"]);
    }

    [TestMethod]
    public void ACheckFindsWhatWritingWouldFindAndLeavesNothing()
    {
        AtomicFile.Check(Target);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
        Write("old");
        AtomicFile.Check(Target);
        Assert.AreEqual("old", File.ReadAllText(Target));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Check(_folder.Path));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => AtomicFile.Check(Path.Combine(_folder["none"], "model.zip")));
    }

    [TestMethod]
    public void AFolderIsNoFile()
    {
        Directory.CreateDirectory(_folder["models"]);
        foreach (string path in (string[])[_folder["models"], _folder["models"] + Path.DirectorySeparatorChar, _folder["new"] + Path.DirectorySeparatorChar])
        {
            StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, _ => { })).Message, "is a folder");
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFolderThatTakesNoFilesIsNamed()
    {
        // Also for root, whom permissions do not stop.
        var error = Assert.ThrowsExactly<UnauthorizedAccessException>(() => AtomicFile.Write("/sys/kernel/model.zip", _ => { }));
        StringAssert.Contains(error.Message, "'/sys/kernel/model.zip'");
        StringAssert.Contains(error.Message, "Choose another folder");
    }

    [TestMethod]
    public void AProtectedFileIsNotReplaced()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Nothing is protected from root.");
        }

        Write("old");
        File.SetAttributes(Target, FileAttributes.ReadOnly);
        Assert.ThrowsExactly<UnauthorizedAccessException>(() => Write("new"));
        File.SetAttributes(Target, FileAttributes.Normal);
        AssertOnlyFile("old");
    }

    [TestMethod]
    public void ALinkStaysALink()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        string real = Path.Combine(_folder["elsewhere"], "real.zip");
        File.CreateSymbolicLink(Target, Path.Combine("elsewhere", "real.zip"));
        foreach (string content in (string[])["first", "second"])
        {
            // The first time the link points to nothing.
            Write(content);
            Assert.IsNotNull(new FileInfo(Target).LinkTarget);
            Assert.AreEqual(content, File.ReadAllText(real));
        }

        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder["elsewhere"]));
        Assert.HasCount(2, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void ADeviceIsWrittenToAsItIs()
    {
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write("/dev/full", stream => stream.WriteByte(1)));
        StringAssert.Contains(error.Message, "/dev/full");
        Assert.IsEmpty(Directory.GetFiles("/dev", ".full.*"));
    }

    [TestMethod]
    public void LongNamesAreWritten()
    {
        string path = _folder[new string('ä', 120) + ".zip"];
        AtomicFile.Write(path, stream => stream.WriteByte(1));
        Assert.AreEqual(path, Directory.GetFileSystemEntries(_folder.Path).Single());
    }

    [TestMethod]
    public void WritersAtOnceEachReplaceTheWhole()
    {
        byte[][] contents = [.. Enumerable.Range(0, 4).Select(i => Enumerable.Repeat((byte)i, 20_000 + (5_000 * i)).ToArray())];
        AtomicFile.Write(Target, stream => stream.Write(contents[0]));
        Parallel.For(0, contents.Length, new ParallelOptions { MaxDegreeOfParallelism = contents.Length }, i =>
        {
            for (int round = 0; round < 15; round++)
            {
                AtomicFile.Write(Target, stream => stream.Write(contents[i]));
                byte[] read = File.ReadAllBytes(Target);
                CollectionAssert.AreEqual(contents[read[0]], read);
            }
        });
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void WhatAKilledWriterLeftIsRemovedOnceItIsOld()
    {
        string[] left = [.. "12345".Select(c => _folder[$".model.zip.{new string(c, 8)}.aside"])];
        string[] others = [_folder[".model.zip.11111111"], _folder[".model.zip.2.aside"], _folder[".other.zip.11111111.aside"]];
        foreach (string path in left.Concat(others))
        {
            File.WriteAllText(path, "part");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-5));
        }

        File.SetLastWriteTimeUtc(left[0], DateTime.UtcNow);
        using (new FileStream(left[1], FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete))
        {
            Write("new");
        }

        CollectionAssert.AreEquivalent((string[])[Target, left[0], left[1], .. others], Directory.GetFileSystemEntries(_folder.Path));
        Assert.AreEqual("new", File.ReadAllText(Target));
    }

    [TestMethod]
    public void AWatcherThatLooksForChangesSeesTheNewFile()
    {
        Write("old");
        using var changed = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(_folder.Path, "model.zip") { NotifyFilter = NotifyFilters.LastWrite };
        string? seen = null;
        watcher.Changed += (_, _) =>
        {
            seen = File.ReadAllText(Target);
            changed.Set();
        };
        watcher.EnableRaisingEvents = true;
        Write("new");
        Assert.IsTrue(changed.Wait(TimeSpan.FromSeconds(30)));
        Assert.AreEqual("new", seen);
    }

    private static void Fail<T>(Stream stream)
        where T : Exception, new()
    {
        stream.Write(new byte[100_000]);
        throw new T();
    }

    private void Write(string content) => AtomicFile.Write(Target, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(content)));

    private void AssertOnlyFile(string content)
    {
        Assert.AreEqual(Target, Directory.GetFileSystemEntries(_folder.Path).Single());
        Assert.AreEqual(content, File.ReadAllText(Target));
    }
}
