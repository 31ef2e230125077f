using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Data;

/// <summary>Small files that hold or promise a thousand times their length, limits of rows, and folders in place of files.</summary>
[TestClass]
public sealed class DataLimitTests
{
    private const int CifarRecord = 1 + (3 * 32 * 32);
    private static readonly DataOperationsCatalog Data = new MLContext(1).Data;

    [TestMethod]
    public void CountsAreComparedBeforeImagesAreRead()
    {
        using var folder = new TemporaryFolder();

        // 1 MB that would become 822 MB.
        WriteZeros(folder["images"], [0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28], (1L << 20) * 784);
        IdxFile.Write(folder["labels"], [10], new byte[10]);
        AssertSmall(() => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Data.LoadFromIdx(folder["images"], folder["labels"])).Message, "holds 1048576 images"));
    }

    [TestMethod]
    public void AnIdxFileThatExpandsBeyondReasonIsReadOnlyUpToALimit()
    {
        using var folder = new TemporaryFolder();
        WriteZeros(folder["images"], [0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28], (1L << 20) * 784);
        WriteZeros(folder["labels"], [0, 0, 8, 1, 0, 16, 0, 0], 1L << 20);
        AssertSmall(() =>
        {
            foreach (string? labels in new[] { null, folder["labels"] })
            {
                string message = Assert.ThrowsExactly<InvalidDataException>(() => Data.LoadFromIdx(folder["images"], labels)).Message;
                StringAssert.Contains(message, folder["images"]);
                StringAssert.Contains(message, "maxRows");
                Assert.AreEqual(20L, Data.LoadFromIdx(folder["images"], labels, maxRows: 20).GetRowCount());
            }

            Assert.ThrowsExactly<InvalidDataException>(() => IdxFile.Read(folder["images"]));
        });
    }

    [TestMethod]
    public void ACifarFileThatExpandsBeyondReasonIsReadOnlyUpToALimit()
    {
        using var folder = new TemporaryFolder();
        WriteZeros(folder["batch.bin.gz"], [], 40_000L * CifarRecord);
        AssertSmall(() =>
        {
            string message = Assert.ThrowsExactly<InvalidDataException>(() => Data.LoadFromCifar(folder["batch.bin.gz"])).Message;
            StringAssert.Contains(message, folder["batch.bin.gz"]);
            StringAssert.Contains(message, "maxRows");
            Assert.AreEqual(20L, Data.LoadFromCifar([folder["batch.bin.gz"]], maxRows: 20).GetRowCount());
        });
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OnlyTheFirstRowsOfIdxFilesAreLoaded(bool compress)
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["images"], [9, 2, 3], IdxFileTests.Bytes(54), compress);
        IdxFile.Write(folder["labels"], [9], [0, 1, 2, 3, 4, 5, 6, 7, 99], compress);
        IDataView view = Data.LoadFromIdx(folder["images"], folder["labels"], maxRows: 4);
        Assert.AreEqual(4L, view.GetRowCount());
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 4 }, view.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(IdxFileTests.Bytes(54)[..24].Select(b => (float)b).ToArray(), view.GetColumn<float[]>("Features").SelectMany(row => row).ToArray());
        Assert.AreEqual(9L, Data.LoadFromIdx(folder["images"], maxRows: long.MaxValue).GetRowCount());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.LoadFromIdx(folder["images"], maxRows: 0));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OnlyTheFirstRowsOfCifarFilesAreLoaded(bool compress)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = IdxFileTests.Bytes(600 * CifarRecord);
        for (int i = 0; i < 600; i++)
        {
            bytes[i * CifarRecord] = (byte)(i % 10);
        }

        // Nothing behind the limit is looked at.
        bytes[400 * CifarRecord] = 200;
        foreach (string name in new[] { "a", "b" })
        {
            using Stream file = compress ? new GZipStream(File.Create(folder[name]), CompressionLevel.Fastest) : File.Create(folder[name]);
            file.Write(name == "a" ? bytes.AsSpan(0, 300 * CifarRecord) : bytes.AsSpan(300 * CifarRecord));
        }

        IDataView view = Data.LoadFromCifar([folder["a"], folder["b"]], maxRows: 400);
        CollectionAssert.AreEqual(Enumerable.Range(0, 400).Select(i => (uint)((i % 10) + 1)).ToArray(), view.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(bytes.AsSpan((399 * CifarRecord) + 1, CifarRecord - 1).ToArray().Select(b => (float)b).ToArray(), view.GetColumn<float[]>("Features").Last());
        Assert.AreEqual(7L, Data.LoadFromCifar([folder["a"], folder["none"]], maxRows: 7).GetRowCount());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data.LoadFromCifar([folder["a"]], maxRows: 0));
    }

    [TestMethod]
    public void AFolderIsToldWithWhatIsInIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data_batch_1.bin"], "");
        string message = Assert.Throws<IOException>(() => Data.LoadFromCifar(folder.Path)).Message;
        StringAssert.Contains(message, $"'{folder.Path}' is a folder");
        StringAssert.Contains(message, "data_batch_1.bin");
        StringAssert.Contains(Assert.Throws<IOException>(() => Data.LoadFromIdx(folder.Path)).Message, "is a folder");
    }

    /// <summary>A compressed file with a beginning and so many zeros.</summary>
    private static void WriteZeros(string path, byte[] start, long zeros)
    {
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(start);
        byte[] block = new byte[1 << 20];
        for (long left = zeros; left > 0; left -= block.Length)
        {
            stream.Write(block, 0, (int)Math.Min(left, block.Length));
        }
    }

    private static void AssertSmall(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.IsLessThan(20_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
