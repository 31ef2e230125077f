using System.Buffers.Binary;
using System.IO.Compression;
using BigGustave;
using MLNet.GradientTrainers.DigitService.Images;
using MLNet.GradientTrainers.DigitService.Tests.Support;

namespace MLNet.GradientTrainers.DigitService.Tests.Images;

[TestClass]
public sealed class InkReaderTests
{
    [TestMethod]
    public void InkIsWhatDiffersFromThePaperOrCoversTheTransparentGround()
    {
        foreach (var (paper, ink) in new[] { (new Pixel(255, 255, 255), new Pixel(0, 0, 0)), (new Pixel(20, 40, 60), new Pixel(250, 240, 230)), (new Pixel(0, 0, 0, 0, false), new Pixel(0, 0, 0)) })
        {
            var picture = PngBuilder.Create(12, 9, hasAlphaChannel: true);
            for (int i = 0; i < 108; i++)
            {
                picture.SetPixel(i is 40 or 41 ? ink : paper, i % 12, i / 12);
            }

            InkImage read = InkReader.Read(picture.Save());
            Assert.AreEqual((12, 9), (read.Width, read.Height));
            Assert.AreEqual(new InkBox(4, 3, 2, 1), read.Box());
        }
    }

    [TestMethod]
    public void ASmallFileThatHoldsMoreThanItSaysIsNotUnpacked()
    {
        // A hundred million zeros, in less than a million bytes.
        byte[] png = Png(28, 28, stream => stream.Write(new byte[100_000_000]));
        Assert.IsLessThan(1_000_000, png.Length);
        StringAssert.Contains(Assert.Throws<BadImageException>(() => InkReader.Read(png)).Message, "more pixels");
    }

    [TestMethod]
    [DataRow(0, 28)]
    [DataRow(2049, 1)]
    [DataRow(1, int.MaxValue)]
    public void SidesOutOfRangeAreRefused(int width, int height) =>
        StringAssert.Contains(Assert.Throws<BadImageException>(() => InkReader.Read(Png(width, height, _ => { }))).Message, "from 1 to 2048 pixels");

    [TestMethod]
    public void EveryBeginningOfAPictureIsRefusedOrRead()
    {
        byte[] png = Pictures.Png(6);
        for (int length = 0; length < png.Length; length += 7)
        {
            Assert.Throws<BadImageException>(() => InkReader.Read(png[..length]));
        }

        Assert.AreEqual(160, InkReader.Read(png).Width);
    }

    private static byte[] Png(int width, int height, Action<Stream> pixels)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            pixels(zlib);
        }

        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. type, .. content, 0, 0, 0, 0];
    }
}
