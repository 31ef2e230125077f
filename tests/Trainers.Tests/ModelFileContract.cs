using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers.Tests;

/// <summary>
/// Truncated, damaged and newer model files: a clear error, never a crash, a hang or a huge allocation. Each kind of model file has tests derived from it.
/// </summary>
/// <param name="readerType">The model's reader.</param>
/// <param name="save">Makes a saved pipeline of one transformer.</param>
public abstract class ModelFileContract(Type readerType, Func<byte[]> save)
{
    private static readonly Dictionary<Type, byte[]> Files = [];
    private readonly string _reader = readerType.FullName!;

    private byte[] Saved
    {
        get
        {
            lock (Files)
            {
                return Files.TryGetValue(GetType(), out byte[]? file) ? file : Files[GetType()] = save();
            }
        }
    }

    [TestMethod]
    public void EveryDamageToOurBlockIsFound()
    {
        // Bytes of our own block, between ML.NET's header and tail, with the zip around it intact.
        byte[] block = OurBlock();

        // The frame's first number may be any later format that says it can be read by this one.
        int start = FindFrame(block) + 4;
        int end = FindEnd(block);
        var random = new Random(1);
        for (int trial = 0; trial < 300; trial++)
        {
            int position = random.Next(start, end);
            byte flip = (byte)random.Next(1, 256);
            byte[] file = Change(bytes =>
            {
                bytes[position] ^= flip;
                return bytes;
            });
            Refused(file, $"byte {position} changed by {flip}");
        }
    }

    [TestMethod]
    public void EveryTruncationOfOurBlockIsFound()
    {
        byte[] block = OurBlock();
        for (int kept = FindFrame(block); kept < FindEnd(block); kept += 1 + (block.Length / 60))
        {
            Refused(Change(bytes => bytes[..kept]), $"{kept} of {block.Length} bytes kept");
        }
    }

    [TestMethod]
    public void ANewerFormatIsNamed()
    {
        // The frame begins with the format and the oldest format that can read it, after ML.NET's own header.
        byte[] file = Change(bytes =>
        {
            int frame = FindFrame(bytes);
            BitConverter.TryWriteBytes(bytes.AsSpan(frame), 7);
            BitConverter.TryWriteBytes(bytes.AsSpan(frame + 4), 7);
            return bytes;
        });
        string message = Refused(file, "format 7");
        Assert.Contains("newer version", message);
        Assert.Contains("Update the package", message);
    }

    [TestMethod]
    public void AReaderOutsideOfThePlugInIsNeverMade()
    {
        byte[] file = Change(bytes =>
        {
            // The same length, so that only the name changes.
            int at = bytes.AsSpan().IndexOf(ReaderName);
            System.Text.Encoding.UTF8.GetBytes("System.IO.FileStream, System.Private.CoreLib".PadRight(FullName.Length)).CopyTo(bytes, at);
            return bytes;
        });
        Assert.Contains("reader", Refused(file, "reader changed"));
    }

    [TestMethod]
    public void ThousandsOfMutationsOfOurBlockAreFound()
    {
        // Only of our block: what surrounds it is ML.NET's, whose reader of arrays never ends on a stream that ends too early.
        byte[] block = OurBlock();
        int start = FindFrame(block) + 4;
        int end = FindEnd(block);
        var random = new Random(2);
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] mutated = Mutate(block, start, end, random);
            if (!mutated.AsSpan().SequenceEqual(block))
            {
                Refused(Change(_ => mutated), $"mutation {trial}");
            }
        }
    }

    [TestMethod]
    public void ContentWithARightChecksumIsReadOrRefused()
    {
        // What somebody made on purpose: it may be another model, but nothing else happens.
        byte[] block = OurBlock();
        byte[] content = block[(FindLength(block) + 8)..(FindEnd(block) - 32)];
        var random = new Random(3);
        int read = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] mutated = Mutate(content, 0, content.Length, random);
            byte[] sealedBytes = [.. BitConverter.GetBytes(mutated.LongLength), .. mutated, .. SHA256.HashData(mutated)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var main = new BinaryReader(new MemoryStream(sealedBytes));
                var model = ((IModelReader)Activator.CreateInstance(readerType)!).Read(null!, main, null!);
                var scorer = (IRowScorer)((ISingleFeaturePredictionTransformer<object>)model).Model;
                scorer.Score(new float[scorer.InputSize], 1, new float[scorer.OutputSize]);
                read++;
            }
            catch (FormatException)
            {
            }

            Assert.IsLessThan(50_000_000, GC.GetAllocatedBytesForCurrentThread() - before, $"mutation {trial}");
        }

        Assert.IsGreaterThan(100, read);
        Assert.IsLessThan(2900, read);
    }

    /// <summary>One to four bytes replaced, and in half of the cases bytes put in, taken out or cut off.</summary>
    private static byte[] Mutate(byte[] block, int start, int end, Random random)
    {
        byte[] bytes = [.. block];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            bytes[random.Next(start, end)] = (byte)random.Next(256);
        }

        int at = random.Next(start, end);
        return random.Next(6) switch
        {
            0 => [.. bytes[..at], .. new byte[random.Next(1, 9)], .. bytes[at..]],
            1 => [.. bytes[..at], .. bytes[(at + 1)..]],
            2 => bytes[..at],
            _ => bytes,
        };
    }

    private string FullName => $"{_reader}, MLNet.GradientTrainers";

    private byte[] ReaderName => System.Text.Encoding.UTF8.GetBytes(_reader);

    private static void Load(byte[] file) => new MLContext().Model.Load(new MemoryStream(file), out _);

    /// <summary>Loading must fail with a format error, perhaps wrapped by ML.NET; gives its message.</summary>
    private static string Refused(byte[] file, string how)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Load(file);
        }
        catch (Exception exception)
        {
            Assert.IsLessThan(50_000_000, GC.GetAllocatedBytesForCurrentThread() - before, how);
            var cause = exception;
            while (cause.InnerException is { } inner && cause is not FormatException)
            {
                cause = inner;
            }

            Assert.IsTrue(cause is FormatException, $"{how}: {exception}");
            return cause.Message;
        }

        Assert.Fail($"{how}: the model loads.");
        return "";
    }

    private int FindFrame(byte[] block)
    {
        // The frame: the format and the oldest that reads it, then the reader's name.
        int name = block.AsSpan().IndexOf(ReaderName);
        return name - 1 - 8;
    }

    /// <summary>After the reader's name: length of the content, the content, its SHA-256.</summary>
    private int FindLength(byte[] block) => FindFrame(block) + 8 + 1 + FullName.Length;

    private int FindEnd(byte[] block)
    {
        int length = FindLength(block);
        return length + 8 + (int)BitConverter.ToInt64(block, length) + 32;
    }

    private byte[] OurBlock()
    {
        byte[] found = [];
        Change(bytes => found = bytes);
        return found;
    }

    /// <summary>The saved file with the content of our block changed.</summary>
    private byte[] Change(Func<byte[], byte[]> change)
    {
        using var stream = new MemoryStream();
        stream.Write(Saved);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.Entries.Single(e => Content(e).AsSpan().IndexOf(ReaderName) >= 0);
            byte[] changed = change(Content(entry));
            string name = entry.FullName;
            entry.Delete();
            using var target = zip.CreateEntry(name).Open();
            target.Write(changed);
        }

        return stream.ToArray();
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var source = entry.Open();
        using var copy = new MemoryStream();
        source.CopyTo(copy);
        return copy.ToArray();
    }
}
