using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNet.GradientTrainers.Tests.Explanation;

[TestClass]
public sealed class PngImageTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 3)]
    [DataRow(40, 200)]
    public void WhatIsWrittenCanBeRead(int width, int height)
    {
        byte[] colors = new byte[3 * width * height];
        new Random(1).NextBytes(colors);
        var (readWidth, readHeight, read) = Decode(PngImage.Encode(width, height, colors));
        Assert.AreEqual((width, height), (readWidth, readHeight));
        CollectionAssert.AreEqual(colors, read);
    }

    [TestMethod]
    public void TheChecksumIsThatOfTheStandard() =>
        // The end chunk of every PNG file: length 0, its name, and the CRC of the name.
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82 }, PngImage.Encode(1, 1, [1, 2, 3])[^12..]);

    /// <summary>Decodes what the writer makes, checking the frame of each chunk.</summary>
    internal static (int Width, int Height, byte[] Colors) Decode(byte[] png)
    {
        CollectionAssert.AreEqual(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }, png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            byte[] typeAndData = png[(at + 4)..(at + 8 + length)];
            Assert.AreEqual(Crc(typeAndData), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add(System.Text.Encoding.ASCII.GetString(typeAndData, 0, 4), typeAndData[4..]);
            at += 12 + length;
        }

        CollectionAssert.AreEqual(new[] { "IHDR", "IDAT", "IEND" }, chunks.Keys.ToArray());
        byte[] header = chunks["IHDR"];
        CollectionAssert.AreEqual(new byte[] { 8, 2, 0, 0, 0 }, header[8..]);
        int width = BinaryPrimitives.ReadInt32BigEndian(header);
        int height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        using var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        byte[] rows = raw.ToArray();
        Assert.HasCount(height * ((3 * width) + 1), rows);
        return (width, height, [.. rows.Chunk((3 * width) + 1).SelectMany(row =>
        {
            Assert.AreEqual(0, row[0]);
            return row[1..];
        })]);
    }

    /// <summary>The checksum bit by bit, as the standard defines it.</summary>
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
