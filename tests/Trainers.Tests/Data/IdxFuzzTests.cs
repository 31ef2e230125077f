using System.IO.Compression;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests.Data;

/// <summary>Seeded damage to good files: only the documented exception, no hang, no memory for a promise.</summary>
[TestClass]
public sealed class IdxFuzzTests
{
    private const int Mutations = 3000;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void DamagedFilesAreReadOrRefused(bool compress)
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["images"], [20, 6, 5], IdxFileTests.Bytes(600), compress);
        IdxFile.Write(folder["labels"], [20], new byte[20], compress: false);
        byte[] good = File.ReadAllBytes(folder["images"]);
        var data = new MLContext(1).Data;
        var random = new Random(20240607);
        int refused = 0;

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Mutations; i++)
        {
            File.WriteAllBytes(folder["images"], Mutate(good, random));
            try
            {
                data.LoadFromIdx(folder["images"], folder["labels"]);
            }
            catch (InvalidDataException exception)
            {
                StringAssert.Contains(exception.Message, folder["images"]);
                refused++;
            }
        }

        long perFile = (GC.GetAllocatedBytesForCurrentThread() - before) / Mutations;
        Assert.IsLessThan(1_000_000L, perFile, "bytes allocated for a file of under 2000 bytes");
        Assert.IsGreaterThan(Mutations / 2, refused, "most damage must be seen");
        Assert.IsLessThan(Mutations, refused, "damage to pixels of a plain file cannot be seen, nor can damage to a gzip header's time");
    }

    [TestMethod]
    public void DamagedHeadersInsideGoodGzipAreReadOrRefused()
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["plain"], [20, 6, 5], IdxFileTests.Bytes(600));
        byte[] good = File.ReadAllBytes(folder["plain"]);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            using (var stream = new GZipStream(File.Create(folder["file.gz"]), CompressionLevel.Fastest))
            {
                stream.Write(Mutate(good, random));
            }

            try
            {
                IdxFile.Read(folder["file.gz"]);
            }
            catch (InvalidDataException exception)
            {
                StringAssert.Contains(exception.Message, folder["file.gz"]);
                refused++;
            }
        }

        Assert.IsGreaterThan(Mutations / 2, refused);
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        switch (random.Next(4))
        {
            case 0: // A header byte, any value.
                bytes[random.Next(20)] = (byte)random.Next(256);
                break;
            case 1: // One bit somewhere.
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2: // Cut short.
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            default: // A dimension at an extreme, and bytes behind the end.
                int at = 4 + (4 * random.Next(3));
                bytes[at] = (byte)random.Next(256);
                bytes[at + 3] = (byte)random.Next(256);
                bytes = [.. bytes, .. new byte[random.Next(10)]];
                break;
        }

        return bytes;
    }
}
