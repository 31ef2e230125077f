using System.Security.Cryptography;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The envelope of a model's bytes in ML.NET's model file: length, SHA-256, content. It finds truncated and damaged files before anything is made of them,
/// and never allocates more than the file holds. (The frame round it, with the format's version, is the bridge's.)
/// </summary>
internal static class ModelPayload
{
    private const int ChunkSize = 1 << 16;

    public static void Write(BinaryWriter writer, Action<BinaryWriter> content)
    {
        using var buffer = new MemoryStream();
        using (var inner = new BinaryWriter(buffer, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            content(inner);
        }

        byte[] bytes = buffer.ToArray();
        writer.Write(bytes.LongLength);
        writer.Write(SHA256.HashData(bytes));
        writer.Write(bytes);
    }

    /// <exception cref="FormatException">The content is truncated or damaged; the message says which.</exception>
    public static T Read<T>(BinaryReader reader, string what, Func<BinaryReader, T> content)
    {
        try
        {
            long length = reader.ReadInt64();
            byte[] hash = reader.ReadBytes(SHA256.HashSizeInBytes);
            byte[] bytes = ReadBytes(reader, length);
            if (hash.Length != SHA256.HashSizeInBytes || !SHA256.HashData(bytes).AsSpan().SequenceEqual(hash))
            {
                throw Damaged(what, "its checksum does not match its content", null);
            }

            using var inner = new BinaryReader(new MemoryStream(bytes, writable: false));
            return content(inner);
        }
        catch (EndOfStreamException exception)
        {
            throw Damaged(what, "it ends too early", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException or OverflowException)
        {
            throw Damaged(what, exception.Message, exception);
        }
    }

    /// <summary>Reads what makes scores of the network's outputs: one byte.</summary>
    public static OutputLink ReadLink(BinaryReader reader)
    {
        var link = (OutputLink)reader.ReadByte();
        return Enum.IsDefined(link) ? link : throw new InvalidDataException($"its output link {(byte)link} is not known to this version");
    }

    /// <summary>Reads the order of the numbers of images: one byte.</summary>
    public static ImageLayout ReadLayout(BinaryReader reader)
    {
        var layout = (ImageLayout)reader.ReadByte();
        return Enum.IsDefined(layout) ? layout : throw new InvalidDataException($"its layout of images {(byte)layout} is not known to this version");
    }

    private static FormatException Damaged(string what, string how, Exception? inner) =>
        new($"The {what} in this model file is damaged: {Excerpt.Of(how, Excerpt.MessageLength)}. Copy the file again, or save the model again.", inner);

    private static byte[] ReadBytes(BinaryReader reader, long length)
    {
        if (length is < 0 or > int.MaxValue)
        {
            throw new InvalidDataException($"it tells a length of {length} bytes");
        }

        using var buffer = new MemoryStream();
        while (buffer.Length < length)
        {
            byte[] chunk = reader.ReadBytes((int)Math.Min(ChunkSize, length - buffer.Length));
            if (chunk.Length == 0)
            {
                throw new EndOfStreamException();
            }

            buffer.Write(chunk);
        }

        return buffer.ToArray();
    }
}
