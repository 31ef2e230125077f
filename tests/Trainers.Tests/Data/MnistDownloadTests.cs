using System.IO.Compression;
using System.Security.Cryptography;

namespace MLNet.GradientTrainers.Tests.Data;

[TestClass]
public sealed class MnistDownloadTests
{
    private static readonly byte[] Content = [.. IdxFileTests.Bytes(200_000).Select(value => (byte)(value & 63))];
    private static readonly byte[] Packed = Pack(Content);
    private static readonly MnistFile[] One = [Describe("one-idx1-ubyte.gz", Content)];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task FilesArriveWholeAndAreNotFetchedAgain()
    {
        using var folder = new TemporaryFolder();
        byte[] second = Pack([1, 2, 3]);
        MnistFile[] files = [One[0], Describe("two-idx1-ubyte.gz", [1, 2, 3])];
        using var server = new LoopbackServer(request => LoopbackResponse.Good(request.Path.EndsWith("/one-idx1-ubyte.gz", StringComparison.Ordinal) ? Packed : second, request));

        string[] paths = await Run(folder, files, server.Address);

        CollectionAssert.AreEqual(new[] { folder["one-idx1-ubyte.gz"], folder["two-idx1-ubyte.gz"] }, paths);
        CollectionAssert.AreEqual(Packed, File.ReadAllBytes(paths[0]));
        CollectionAssert.AreEqual(second, File.ReadAllBytes(paths[1]));
        CollectionAssert.AreEqual(new[] { "/mnist/one-idx1-ubyte.gz", "/mnist/two-idx1-ubyte.gz" }, server.Requests.Select(r => r.Path).ToArray());
        Assert.HasCount(2, Directory.GetFiles(folder.Path), "no part is left");

        await Run(folder, files, server.Address);
        Assert.HasCount(2, server.Requests, "what is there and right is not fetched again");
    }

    [TestMethod]
    public async Task CutConnectionIsContinuedWhereItEnded()
    {
        using var folder = new TemporaryFolder();
        using var server = new LoopbackServer(request => request.From == 0
            ? new LoopbackResponse(200, Packed[..70_000]) { PromisedLength = Packed.Length }
            : LoopbackResponse.Good(Packed, request));

        await Run(folder, One, server.Address);

        AssertWhole(folder);
        CollectionAssert.AreEqual(new long[] { 0, 70_000 }, server.Requests.Select(r => r.From).ToArray());
    }

    [TestMethod]
    public async Task PartOfAnEarlierRunIsContinued()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["one-idx1-ubyte.gz.part"], Packed[..1000]);
        using var server = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        await Run(folder, One, server.Address);
        AssertWhole(folder);
        Assert.AreEqual(1000, server.Requests.Single().From);
    }

    [TestMethod]
    public async Task ServerThatIgnoresRangesSendsAllAnew()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["one-idx1-ubyte.gz.part"], Packed[..1000]);
        using var server = new LoopbackServer(_ => new LoopbackResponse(200, Packed));
        await Run(folder, One, server.Address);
        AssertWhole(folder);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public async Task WholePartIsTakenWhenNothingIsLeftToSend()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["one-idx1-ubyte.gz.part"], Packed);
        using var server = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        await Run(folder, One, server.Address);
        AssertWhole(folder);
        Assert.AreEqual(Packed.Length, server.Requests.Single().From);
    }

    [TestMethod]
    [DataRow(1000)]
    [DataRow(400_000)]
    public async Task PartOfSomethingElseIsDroppedWithoutBlamingTheMirror(int length)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["one-idx1-ubyte.gz.part"], new byte[length]);
        using var server = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        await Run(folder, One, new MnistDownloadOptions { Mirrors = [server.Address], Attempts = 1 });
        AssertWhole(folder);
        Assert.AreEqual(0, server.Requests.Last().From);
    }

    [TestMethod]
    public async Task WrongContentSendsToTheNextMirrorAtOnce()
    {
        using var folder = new TemporaryFolder();
        using var wrong = new LoopbackServer(_ => new LoopbackResponse(200, Pack(IdxFileTests.Bytes(199_999))));
        using var good = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        await Run(folder, One, wrong.Address, good.Address);
        AssertWhole(folder);
        Assert.HasCount(1, wrong.Requests);
        Assert.AreEqual(0, good.Requests.Single().From, "nothing of the wrong file is kept");
    }

    [TestMethod]
    public async Task BrokenGzipAndHtmlPagesAreNotTheFile()
    {
        using var folder = new TemporaryFolder();
        byte[] broken = [.. Packed];
        broken[100_000] ^= 255;
        using var damaged = new LoopbackServer(_ => new LoopbackResponse(200, broken));
        using var page = new LoopbackServer(_ => new LoopbackResponse(200, "<html>Sign in</html>"u8.ToArray()));
        using var cut = new LoopbackServer(_ => new LoopbackResponse(200, Packed[..90_000]) { PromisedLength = null });

        var exception = await Assert.ThrowsExactlyAsync<MnistDownloadException>(() => Run(folder, One, damaged.Address, page.Address, cut.Address));

        Assert.AreEqual(3, exception.Message.Split("not the expected file").Length - 1);
        Assert.IsFalse(File.Exists(folder["one-idx1-ubyte.gz"]));
    }

    [TestMethod]
    public async Task MissingFileSendsToTheNextMirrorWhichIsThenAskedFirst()
    {
        using var folder = new TemporaryFolder();
        MnistFile[] files = [One[0], One[0] with { Name = "same-idx1-ubyte.gz" }];
        using var missing = new LoopbackServer(_ => new LoopbackResponse(404, []));
        using var good = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        await Run(folder, files, missing.Address, good.Address);
        Assert.HasCount(1, missing.Requests);
        Assert.HasCount(2, good.Requests);
    }

    [TestMethod]
    [DataRow(500)]
    [DataRow(503)]
    [DataRow(429)]
    public async Task BusyServerIsAskedAgain(int status)
    {
        using var folder = new TemporaryFolder();
        int count = 0;
        using var server = new LoopbackServer(request => Interlocked.Increment(ref count) < 3 ? new LoopbackResponse(status, []) : LoopbackResponse.Good(Packed, request));
        await Run(folder, One, server.Address);
        AssertWhole(folder);
        Assert.HasCount(3, server.Requests);
    }

    [TestMethod]
    public async Task SilentServerIsLeft()
    {
        using var folder = new TemporaryFolder();
        using var silent = new LoopbackServer(_ => new LoopbackResponse(200, Packed[..5000]) { PromisedLength = Packed.Length, Stall = true });
        using var good = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        var options = new MnistDownloadOptions
        {
            Mirrors = [silent.Address, good.Address], Attempts = 1, StallTimeout = TimeSpan.FromSeconds(1.5),
        };
        await Run(folder, One, options);
        AssertWhole(folder);
        Assert.AreEqual(5000, good.Requests.Single().From, "the next mirror continues");
    }

    [TestMethod]
    public async Task EndlessFileIsCutOff()
    {
        using var folder = new TemporaryFolder();
        using var endless = new LoopbackServer(_ => new LoopbackResponse(200, new byte[400_000]) { PromisedLength = null });
        using var huge = new LoopbackServer(_ => new LoopbackResponse(200, []) { PromisedLength = 1L << 40 });
        var exception = await Assert.ThrowsExactlyAsync<MnistDownloadException>(() => Run(folder, One, endless.Address, huge.Address));
        Assert.AreEqual(2, exception.Message.Split("sends more than the").Length - 1);
        Assert.IsLessThanOrEqualTo(One[0].LengthLimit, new FileInfo(folder["one-idx1-ubyte.gz.part"]).Length);
    }

    [TestMethod]
    public async Task WithoutNetworkTheErrorSaysWhatToPutWhere()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["b-idx1-ubyte"], Content);
        MnistFile[] files = [One[0], One[0] with { Name = "b-idx1-ubyte.gz" }, One[0] with { Name = "c-idx1-ubyte.gz" }];

        Uri nobody = LoopbackServer.Nobody();
        var exception = await Assert.ThrowsExactlyAsync<MnistDownloadException>(() => Run(folder, files, nobody));

        StringAssert.Contains(exception.Message, nobody + "one-idx1-ubyte.gz");
        StringAssert.Contains(exception.Message, $"into '{folder.Path}': one-idx1-ubyte.gz, c-idx1-ubyte.gz.");
        Assert.IsNotNull(exception.InnerException);
        Assert.IsFalse(File.Exists(folder["one-idx1-ubyte.gz"]));
    }

    [TestMethod]
    public async Task CancellationKeepsWhatArrived()
    {
        using var folder = new TemporaryFolder();
        using var server = new LoopbackServer(_ => new LoopbackResponse(200, Packed[..5000]) { PromisedLength = Packed.Length, Stall = true });
        using var source = new CancellationTokenSource();
        var options = new MnistDownloadOptions
        {
            Mirrors = [server.Address], Progress = new Inline(p => { if (p.BytesReceived == 5000) { source.Cancel(); } }),
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => new MnistDownload(One, folder.Path, options).RunAsync(source.Token));
        Assert.AreEqual(5000, new FileInfo(folder["one-idx1-ubyte.gz.part"]).Length);
        Assert.IsFalse(File.Exists(folder["one-idx1-ubyte.gz"]));
    }

    [TestMethod]
    public async Task ProgressGrowsToTheWholeFile()
    {
        using var folder = new TemporaryFolder();
        using var server = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        var reports = new List<MnistDownloadProgress>();
        await Run(folder, One, new MnistDownloadOptions { Mirrors = [server.Address], Progress = new Inline(reports.Add) });
        long[] received = [.. reports.Select(r => r.BytesReceived)];
        CollectionAssert.AreEqual(received.Order().ToArray(), received);
        Assert.AreEqual(Packed.Length, received[^1]);
        Assert.IsTrue(reports.All(r => r.TotalBytes == Packed.Length && r.FileName == "one-idx1-ubyte.gz"));
    }

    [TestMethod]
    public async Task BrokenFileInPlaceIsReplaced()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["one-idx1-ubyte.gz"], Packed[..500]);
        using var server = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        await Run(folder, One, server.Address);
        AssertWhole(folder);
    }

    [TestMethod]
    public async Task IntactFileOfAnotherSetIsNotReplaced()
    {
        using var folder = new TemporaryFolder();
        byte[] other = Pack(new byte[Content.Length]);
        File.WriteAllBytes(folder["one-idx1-ubyte.gz"], other);
        using var server = new LoopbackServer(request => LoopbackResponse.Good(Packed, request));
        var exception = await Assert.ThrowsExactlyAsync<IOException>(() => Run(folder, One, server.Address));
        StringAssert.Contains(exception.Message, "another data set");
        CollectionAssert.AreEqual(other, File.ReadAllBytes(folder["one-idx1-ubyte.gz"]));
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod]
    [DataRow("one-idx1-ubyte")]
    [DataRow("one.idx1-ubyte")]
    public async Task UnpackedFilesCount(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[name], Content);
        string[] paths = await Run(folder, One, LoopbackServer.Nobody());
        Assert.AreEqual(folder[name], paths.Single());
    }

    [TestMethod]
    public async Task WrongSettingsAreRefused()
    {
        MnistDownloadOptions[] wrong =
        [
            new() { Mirrors = [] },
            new() { Mirrors = [new Uri("ftp://127.0.0.1/")] },
            new() { Mirrors = [new Uri("mnist", UriKind.Relative)] },
            new() { Attempts = 0 },
            new() { RetryDelay = TimeSpan.FromSeconds(-1) },
            new() { StallTimeout = TimeSpan.Zero },
        ];
        foreach (MnistDownloadOptions options in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Mnist.DownloadAsync("never-made", options, TestContext.CancellationToken));
        }

        Assert.IsFalse(Directory.Exists("never-made"));
    }

    [TestMethod]
    public async Task RealFilesHaveTheKnownChecksums()
    {
        string directory = RealMnist.DirectoryOrSkip();
        foreach (MnistFile file in Mnist.Files)
        {
            Assert.AreEqual(MnistFileState.Right, await file.CheckAsync(Path.Combine(directory, file.Name), TestContext.CancellationToken), file.Name);
        }

        Assert.AreEqual(Path.Combine(directory, "t10k-labels-idx1-ubyte.gz"), Mnist.Find(directory).TestLabels);
    }

    [TestMethod]
    public void FindListsWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["train-images.idx3-ubyte"], []);
        File.WriteAllBytes(folder["t10k-images-idx3-ubyte"], []);
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => Mnist.Find(folder.Path));
        StringAssert.Contains(exception.Message, $"'{folder.Path}' lacks train-labels-idx1-ubyte.gz, t10k-labels-idx1-ubyte.gz (");
    }

    private static MnistFile Describe(string name, byte[] content) => new(name, content.Length, Convert.ToHexString(SHA256.HashData(content)));

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    private static void AssertWhole(TemporaryFolder folder)
    {
        CollectionAssert.AreEqual(Packed, File.ReadAllBytes(folder["one-idx1-ubyte.gz"]));
        Assert.IsFalse(File.Exists(folder["one-idx1-ubyte.gz.part"]));
    }

    private Task<string[]> Run(TemporaryFolder folder, MnistFile[] files, params Uri[] mirrors) =>
        Run(folder, files, new MnistDownloadOptions { Mirrors = mirrors, RetryDelay = TimeSpan.FromMilliseconds(1) });

    private Task<string[]> Run(TemporaryFolder folder, MnistFile[] files, MnistDownloadOptions options) =>
        new MnistDownload(files, folder.Path, options).RunAsync(TestContext.CancellationToken);

    /// <summary>Progress without a detour over another thread.</summary>
    private sealed class Inline(Action<MnistDownloadProgress> report) : IProgress<MnistDownloadProgress>
    {
        public void Report(MnistDownloadProgress value) => report(value);
    }
}
