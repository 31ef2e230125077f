using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNet.GradientTrainers.DigitService.Images;

/// <summary>The size of a PNG picture, checked before anything is unpacked: a small file may claim, or hold, a picture that fills the memory.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct PngHeader(int Width, int Height)
{
    /// <summary>The longest side that is read.</summary>
    public const int LongestSide = 2048;

    private const int ChunkOverhead = 12;
    private const int HeaderLength = 13;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Pixels of the picture.</summary>
    public int Pixels => Width * Height;

    /// <summary>Reads the header alone.</summary>
    /// <exception cref="BadImageException">The file is no PNG picture, or is too large.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> png) => Read(png, out _);

    /// <summary>Reads the header, and finds that the pixels take no more room than it says.</summary>
    /// <exception cref="BadImageException">The file is no PNG picture, is cut off, or is too large.</exception>
    public static PngHeader Check(ReadOnlySpan<byte> png)
    {
        PngHeader header = Read(png, out ReadOnlySpan<byte> rest);
        using var packed = new MemoryStream();
        for (uint type = 0; type != Type("IEND"u8);)
        {
            ReadOnlySpan<byte> content = Chunk(ref rest, out type);
            if (type == Type("IDAT"u8))
            {
                packed.Write(content);
            }
        }

        // At most four channels of two bytes, a byte for each row, and in seven passes when interlaced.
        CheckPixels(packed, (header.Pixels * 8L) + (header.Height * 8L) + 64);
        return header;
    }

    /// <param name="png">The file.</param>
    /// <param name="rest">What stands behind the header.</param>
    private static PngHeader Read(ReadOnlySpan<byte> png, out ReadOnlySpan<byte> rest)
    {
        if (!png.StartsWith(Signature))
        {
            throw new BadImageException("The content is not a PNG picture: its first eight bytes are not those of a PNG file.");
        }

        rest = png[Signature.Length..];
        ReadOnlySpan<byte> first = Chunk(ref rest, out uint type);
        if (type != Type("IHDR"u8) || first.Length != HeaderLength)
        {
            throw new BadImageException("The PNG picture is broken: it does not begin with its header.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(first);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(first[4..]);
        if (width is 0 or > LongestSide || height is 0 or > LongestSide)
        {
            throw new BadImageException($"The PNG picture has {width} × {height} pixels. Send one whose sides are from 1 to {LongestSide} pixels.");
        }

        return new PngHeader((int)width, (int)height);
    }

    private static void CheckPixels(MemoryStream packed, long most)
    {
        packed.Position = 0;
        using var pixels = new ZLibStream(packed, CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 14];
        long length = 0;
        try
        {
            for (int count; (count = pixels.Read(buffer)) > 0;)
            {
                length += count;
                if (length > most)
                {
                    throw new BadImageException("The PNG picture is broken: it holds more pixels than its header says.");
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new BadImageException("The PNG picture is broken: its pixels cannot be unpacked.");
        }
    }

    /// <summary>The content of the next chunk.</summary>
    private static ReadOnlySpan<byte> Chunk(ref ReadOnlySpan<byte> rest, out uint type)
    {
        if (rest.Length < ChunkOverhead || BinaryPrimitives.ReadUInt32BigEndian(rest) > (uint)(rest.Length - ChunkOverhead))
        {
            throw new BadImageException("The PNG picture is cut off. Send the whole file.");
        }

        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(rest);
        type = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        ReadOnlySpan<byte> content = rest.Slice(8, length);
        rest = rest[(ChunkOverhead + length)..];
        return content;
    }

    private static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}
