using System.Security.Cryptography;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Scoring;

/// <summary>Blocks of model files that were made to take memory or time: refused by what stands first in them, however much follows.</summary>
[TestClass]
public sealed class ModelPayloadTests
{
    private const long Huge = int.MaxValue - 7;
    private static readonly IModelReader[] Readers = [new MulticlassNetworkReader(), new RegressionNetworkReader(), new PolynomialReader()];

    [TestMethod]
    public void AHugeBlockOfNothingIsNotRead()
    {
        foreach (var reader in Readers)
        {
            AssertRefused(reader, Huge, []);
        }
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(long.MinValue)]
    [DataRow(long.MaxValue)]
    public void AnAbsurdLengthIsRefused(long length)
    {
        foreach (var reader in Readers)
        {
            AssertRefused(reader, length, []);
        }
    }

    [TestMethod]
    public void MoreBytesThanTheWeightsOfTheDefinitionAreRefused()
    {
        byte[] start = Start(new NetworkDefinition(new TensorShape(2), [new Dense(3)]));
        StringAssert.Contains(AssertRefused(new MulticlassNetworkReader(), Huge, start), "weights");
    }

    [TestMethod]
    public void FewerBytesThanTheWeightsOfTheDefinitionAreRefused()
    {
        byte[] start = Start(new NetworkDefinition(new TensorShape(1 << 14), [new Dense(1 << 14)]));
        StringAssert.Contains(AssertRefused(new MulticlassNetworkReader(), 1 << 29, start), "ends too early");
    }

    [TestMethod]
    public void WeightsThatAreNotThereCostNothing()
    {
        // The length fits the definition; the stream ends.
        var definition = new NetworkDefinition(new TensorShape(1 << 14), [new Dense(1 << 14)]);
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write((1L << 30) + (1 << 20));
        writer.Write(Start(definition));
        writer.Write(0x57_4E_54_47);
        writer.Write(1);
        writer.Write(2);
        writer.Write(1 << 28);
        writer.Write(new byte[100_000]);
        foreach (bool seekable in new[] { true, false })
        {
            file.Position = 0;
            using var reader = new BinaryReader(new CountedStream(file, seekable));
            long before = GC.GetAllocatedBytesForCurrentThread();
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => new MulticlassNetworkReader().Read(null!, reader, null!)).Message, "ends too early");
            Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void TextsBeyondALimitAreRefused()
    {
        // The name of the feature column, by its length in seven bits a byte.
        AssertRefused(new PolynomialReader(), Huge, [0xF8, 0xFF, 0xFF, 0xFF, 0x07]);

        // The definition.
        AssertRefused(new RegressionNetworkReader(), Huge, [0, 0, 0xF8, 0xFF, 0xFF, 0xFF, 0x07]);
    }

    [TestMethod]
    public void AnEndlessHistoryIsRefused()
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(int.MaxValue);
        content.Position = 0;
        using var reader = new BinaryReader(content);
        Assert.ThrowsExactly<InvalidDataException>(() => HistoryFormat.Read(reader, new Accuracy()));
    }

    [TestMethod]
    public void ALongHistoryIsThinnedOut()
    {
        var history = new TrainingHistory(new Accuracy(), [.. Enumerable.Range(1, HistoryFormat.MaxEpochs + 5).Select(i => new EpochRecord(i, 1, 1, 1, 1, 1, 1))]);
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        HistoryFormat.Write(writer, history);
        content.Position = 0;
        using var reader = new BinaryReader(content);
        var read = HistoryFormat.Read(reader, new Accuracy()).Epochs;
        Assert.IsLessThanOrEqualTo(HistoryFormat.MaxEpochs, read.Count);
        Assert.AreEqual(HistoryFormat.MaxEpochs + 5, read[^1].Epoch);
        CollectionAssert.AreEqual(read.Select(e => e.Epoch).Order().ToArray(), read.Select(e => e.Epoch).ToArray());
    }

    [TestMethod]
    public void MoreClassesThanOutputsAreRefusedBeforeTheirNamesAreRead()
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(1 << 30);
        writer.Write((byte)1);
        content.Position = 0;
        using var reader = new BinaryReader(content);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ClassLabels.Read(reader, 3)).Message, "3 outputs");
        Assert.AreEqual(4, content.Position);
    }

    [TestMethod]
    public void WhatIsWrittenIsReadAndChecked()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        ModelPayload.Write(writer, w =>
        {
            w.Write("text");
            w.Write(new byte[200_000]);
        });
        writer.Write(42);
        byte[] bytes = file.ToArray();
        Assert.AreEqual(200_005L, BitConverter.ToInt64(bytes));
        CollectionAssert.AreEqual(SHA256.HashData(bytes.AsSpan(8, 200_005)), bytes[(8 + 200_005)..^4]);
        using var reader = new BinaryReader(new MemoryStream(bytes));
        Assert.AreEqual("text 200000", Read(reader));
        Assert.AreEqual(42, reader.ReadInt32());
        foreach (int at in new[] { 8, 9, 100_000, 200_012, 200_013, 200_044 })
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.ThrowsExactly<FormatException>(() => Read(new BinaryReader(new MemoryStream(changed))));
        }

        static string Read(BinaryReader reader) => ModelPayload.Read<string>(reader, "test", r =>
        {
            string text = r.ReadString();
            int count = r.ReadBytes(200_000).Length;
            return () => $"{text} {count}";
        });
    }

    [TestMethod]
    public void BytesBehindTheContentAreRefused()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        ModelPayload.Write(writer, w => w.Write(new byte[20]));
        file.Position = 0;
        using var reader = new BinaryReader(file);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => ModelPayload.Read<int>(reader, "test", r =>
            {
                r.ReadBytes(19);
                return () => 0;
            })).Message,
            "follow");
    }

    [TestMethod]
    public void ATextThatCouldNotBeReadIsNotWritten()
    {
        using var writer = new BinaryWriter(new MemoryStream());
        string name = new('x', 5_000_000);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => ModelPayload.Write(writer, w => w.Write(name))).Message;
        StringAssert.Contains(message, "too long");
        Assert.IsLessThan(1000, message.Length);
    }

    /// <summary>What a network's block begins with.</summary>
    private static byte[] Start(NetworkDefinition definition)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write("Features");
        writer.Write((byte)OutputLink.Softmax);
        writer.Write((byte)ImageLayout.ChannelsFirst);
        writer.Write(definition.ToJson());
        return content.ToArray();
    }

    /// <summary>A block of that length, whose content begins so and then has zeros, is refused early and cheaply; gives the message.</summary>
    private static string AssertRefused(IModelReader reader, long length, byte[] start)
    {
        using var stream = new CountedStream(new MemoryStream([.. BitConverter.GetBytes(length), .. start]), seekable: false, zeros: length);
        using var main = new BinaryReader(stream);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.ThrowsExactly<FormatException>(() => reader.Read(null!, main, null!)).Message;
        Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsLessThan(10_000_000L, stream.BytesRead);
        return message;
    }

    /// <summary>A stream, with zeros after it, that counts what is read.</summary>
    private sealed class CountedStream(Stream inner, bool seekable, long zeros = 0) : Stream
    {
        private long _zeros = zeros;

        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => seekable;

        public override bool CanWrite => false;

        public override long Length => seekable ? inner.Length : throw new NotSupportedException();

        public override long Position { get => seekable ? inner.Position : throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = inner.Read(buffer, offset, count);
            if (read == 0)
            {
                read = (int)Math.Min(_zeros, count);
                Array.Clear(buffer, offset, read);
                _zeros -= read;
            }

            BytesRead += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
