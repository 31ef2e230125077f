using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The envelope of a model's bytes in ML.NET's model file: length, content, SHA-256 of the content. The content is hashed while it is read and never kept; nothing is made of it before
/// the hash is right. (The frame round it, with the format's version, is the bridge's.)
/// </summary>
internal static class ModelPayload
{
    /// <summary>Added to the output link's byte: versions that know numbers alone refuse such a file, and read all others.</summary>
    private const byte ByteFeatures = 0x80;

    /// <summary>Added to it where images have their channels last.</summary>
    private const byte ChannelsLast = 0x40;

    public static void Write(BinaryWriter writer, Action<BinaryWriter> content)
    {
        // Twice, since the length stands first: a copy of the content would double the memory.
        using var measured = new HashingStream(Stream.Null);
        PayloadWriter.Write(measured, content);
        writer.Write(measured.Count);
        writer.Flush();
        using var written = new HashingStream(writer.BaseStream);
        PayloadWriter.Write(written, content);
        writer.Write(written.Hash());
    }

    /// <param name="reader">The file.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <param name="content">Reads the content and gives what makes the result of it, which runs when the hash has turned out to be right.</param>
    /// <exception cref="FormatException">The content is truncated or damaged; the message says which.</exception>
    public static T Read<T>(BinaryReader reader, string what, Func<PayloadReader, Func<T>> content) => ReadChecked(reader, what, content)();

    private static Func<T> ReadChecked<T>(BinaryReader reader, string what, Func<PayloadReader, Func<T>> content)
    {
        try
        {
            long length = reader.ReadInt64();
            if (length < 0)
            {
                throw new InvalidDataException($"it tells a length of {length} bytes");
            }

            var file = reader.BaseStream;
            if (file.CanSeek && length > file.Length - file.Position)
            {
                throw new EndOfStreamException();
            }

            using var hashed = new HashingStream(file, length);
            using var inner = new PayloadReader(hashed);
            var make = content(inner);
            if (hashed.Remaining > 0)
            {
                throw new InvalidDataException($"{hashed.Remaining} bytes follow its last number");
            }

            byte[] hash = hashed.Hash();
            return reader.ReadBytes(hash.Length).AsSpan().SequenceEqual(hash) ? make : throw new InvalidDataException("its checksum does not match its content");
        }
        catch (EndOfStreamException exception)
        {
            throw Damaged(what, "it ends too early", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException or OverflowException or FormatException)
        {
            throw Damaged(what, exception.Message.TrimEnd('.'), exception);
        }
    }

    /// <summary>Writes what makes scores of the network's outputs, and whether its features are bytes: one byte.</summary>
    public static void WriteLink(BinaryWriter writer, OutputLink link, DataViewType features) => writer.Write((byte)((byte)link | (FeatureColumn.IsBytes(features) ? ByteFeatures : 0)));

    /// <summary>The same with the order of the numbers of images, in the same byte.</summary>
    public static void WriteLink(BinaryWriter writer, OutputLink link, DataViewType features, ImageLayout layout) =>
        WriteLink(writer, (OutputLink)((byte)link | (layout == ImageLayout.ChannelsLast ? ChannelsLast : 0)), features);

    /// <summary>Reads what makes scores of the network's outputs, the type of a feature and the order of the numbers of images: one byte.</summary>
    public static OutputLink ReadLink(BinaryReader reader, out PrimitiveDataViewType feature, out ImageLayout layout)
    {
        byte value = reader.ReadByte();
        layout = (value & ChannelsLast) != 0 ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
        return Link((byte)(value & ~ChannelsLast), out feature);
    }

    /// <summary>Reads what makes scores of the network's outputs, and the type of a feature: one byte.</summary>
    public static OutputLink ReadLink(BinaryReader reader, out PrimitiveDataViewType feature) => Link(reader.ReadByte(), out feature);

    private static OutputLink Link(byte value, out PrimitiveDataViewType feature)
    {
        feature = (value & ByteFeatures) != 0 ? NumberDataViewType.Byte : NumberDataViewType.Single;
        var link = (OutputLink)(value & ~ByteFeatures);
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
}
