using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The envelope of a model's bytes in ML.NET's model file: length, content, SHA-256 of the content. The content is hashed while it is read and never kept; nothing is made of it before
/// the hash is right. (The frame round it, with the format's version, is the bridge's.)
/// </summary>
internal static class ModelPayload
{
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

    private static FormatException Damaged(string what, string how, Exception? inner) =>
        new($"The {what} in this model file is damaged: {Excerpt.Of(how, Excerpt.MessageLength)}. Copy the file again, or save the model again.", inner);
}
