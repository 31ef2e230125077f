using System.IO.Compression;

namespace MLNet.GradientTrainers.Tests.Data;

[TestClass]
public sealed class IdxFileTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void WhatIsWrittenIsRead(bool compress)
    {
        using var folder = new TemporaryFolder();
        foreach (int[] dimensions in new int[][] { [5], [0], [3, 4], [2, 3, 4], [7, 1, 13, 11], [0, 28, 28], [1, 1, 1, 1, 1, 1, 1, 2] })
        {
            byte[] values = Bytes(dimensions.Aggregate(1, (a, b) => a * b));
            IdxFile.Write(folder["file"], dimensions, values, compress);

            IdxFile file = IdxFile.Read(folder["file"]);

            CollectionAssert.AreEqual(dimensions, file.Dimensions.ToArray());
            CollectionAssert.AreEqual(values, file.Values.ToArray());
            Assert.AreEqual(dimensions[0], file.Count);
            Assert.AreEqual(compress, File.ReadAllBytes(folder["file"])[0] == 0x1F);
        }
    }

    [TestMethod]
    public void CompressionIsToldByContentNotByName()
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["plain.gz"], [3], [1, 2, 3], compress: false);
        IdxFile.Write(folder["compressed"], [3], [1, 2, 3], compress: true);

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, IdxFile.Read(folder["plain.gz"]).Values.ToArray());
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, IdxFile.Read(folder["compressed"]).Values.ToArray());
    }

    [TestMethod]
    public void HeaderIsThatOfTheFormat()
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["file"], [1, 2, 258], new byte[516]);
        CollectionAssert.AreEqual(
            new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 2 }, File.ReadAllBytes(folder["file"])[..16]);
    }

    [TestMethod]
    public void ReaderGivesValuesInParts()
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["file"], [4, 2], [1, 2, 3, 4, 5, 6, 7, 8], compress: true);
        using var reader = new IdxReader(folder["file"]);
        Assert.AreEqual(8, reader.Length);
        Assert.IsTrue(reader.IsCompressed);
        var part = new byte[3];
        reader.Read(part);
        reader.Read(part);
        CollectionAssert.AreEqual(new byte[] { 4, 5, 6 }, part);
        Assert.ThrowsExactly<InvalidOperationException>(reader.EnsureEnd);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Read(part));
        reader.Read(part.AsSpan(0, 2));
        reader.EnsureEnd();
    }

    [TestMethod]
    [DataRow(new byte[] { }, "expected a header of at least 8 bytes, found 0 bytes")]
    [DataRow(new byte[] { 0, 0, 8 }, "found 3 bytes")]
    [DataRow(new byte[] { 0x89, 0x50, 8, 1 }, "begins with two zero bytes, found 0x89 0x50")]
    [DataRow(new byte[] { 0, 0, 0x0D, 1, 0, 0, 0, 0 }, "found type 0x0D (32-bit float)")]
    [DataRow(new byte[] { 0, 0, 0x42, 1, 0, 0, 0, 0 }, "found type 0x42 (no type of the format)")]
    [DataRow(new byte[] { 0, 0, 8, 0 }, "expected 1 to 8 dimensions, found 0")]
    [DataRow(new byte[] { 0, 0, 8, 9 }, "expected 1 to 8 dimensions, found 9")]
    [DataRow(new byte[] { 0, 0, 8, 2, 0, 0, 0, 1, 0 }, "ends in dimension 2")]
    [DataRow(new byte[] { 0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF }, "dimension 1 to be below 2^31, found 4294967295")]
    [DataRow(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "promise 3 values after 8 bytes of header, found 2; it is cut short")]
    [DataRow(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "promise 1 values after 8 bytes of header, found 2; bytes follow")]
    [DataRow(new byte[] { 0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF, 1 }, "promise 2147483647 values")]
    [DataRow(new byte[] { 0, 0, 8, 3, 0x7F, 0, 0, 0, 0x7F, 0, 0, 0, 0x7F, 0, 0, 0 }, "more values than any file holds")]
    public void WrongFilesAreRefusedByName(byte[] content, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["wrong"], content);
        AssertRefused(folder["wrong"], expected);
    }

    [TestMethod]
    [DataRow(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "ends after 2 of 3 values")]
    [DataRow(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "promise 1 values, but bytes follow")]
    [DataRow(new byte[] { 0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF, 1 }, "compressed bytes can hold")]
    public void WrongContentInsideGzipIsRefused(byte[] content, string expected)
    {
        using var folder = new TemporaryFolder();
        using (var stream = new GZipStream(File.Create(folder["wrong.gz"]), CompressionMode.Compress))
        {
            stream.Write(content);
        }

        AssertRefused(folder["wrong.gz"], expected);
    }

    [TestMethod]
    public void DamagedGzipIsRefused()
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["file.gz"], [4000], Bytes(4000), compress: true);
        byte[] whole = File.ReadAllBytes(folder["file.gz"]);

        File.WriteAllBytes(folder["short.gz"], whole[..(whole.Length / 2)]);
        AssertRefused(folder["short.gz"], "cut short");

        whole[^6] ^= 1; // The checksum of the content.
        File.WriteAllBytes(folder["changed.gz"], whole);
        AssertRefused(folder["changed.gz"], "damaged");
    }

    [TestMethod]
    public void MissingFileIsAnIOException()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => IdxFile.Read(Path.Combine(Path.GetTempPath(), "no-such-idx-file")));
    }

    [TestMethod]
    public void WriterRefusesDimensionsThatDoNotFit()
    {
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<ArgumentException>(() => IdxFile.Write(folder["f"], [], []));
        Assert.ThrowsExactly<ArgumentException>(() => IdxFile.Write(folder["f"], [2, 2], new byte[3]));
        Assert.ThrowsExactly<ArgumentException>(() => IdxFile.Write(folder["f"], [2, 2], new byte[5]));
        Assert.ThrowsExactly<ArgumentException>(() => IdxFile.Write(folder["f"], [2, 0], new byte[2]));
        Assert.ThrowsExactly<ArgumentException>(() => IdxFile.Write(folder["f"], [int.MaxValue, int.MaxValue, int.MaxValue], new byte[2]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => IdxFile.Write(folder["f"], [-1], []));
        Assert.IsFalse(File.Exists(folder["f"]), "nothing is written when the arguments are wrong");
    }

    internal static byte[] Bytes(int length)
    {
        var values = new byte[length];
        new Random(length).NextBytes(values);
        return values;
    }

    private static void AssertRefused(string path, string expected)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => IdxFile.Read(path));
        StringAssert.Contains(exception.Message, expected);
        StringAssert.Contains(exception.Message, path);
    }
}
