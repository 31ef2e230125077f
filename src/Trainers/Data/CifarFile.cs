using System.Globalization;
using System.IO.Compression;

namespace MLNet.GradientTrainers;

/// <summary>
/// Reads files in CIFAR-10's binary format: one image after another, each a byte with its class and 3072 bytes with its pixels, the red ones
/// (32 rows of 32 from the top left), then the green, then the blue ones. There is no header. A file may be gzip-compressed, which is told by its first bytes.
/// </summary>
/// <remarks>Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and the data set's page.</remarks>
internal static class CifarFile
{
    public const int Channels = 3;
    public const int Side = 32;
    public const int ImageLength = Channels * Side * Side;

    private const int RecordLength = 1 + ImageLength;
    private const int RecordsAtOnce = 256;

    /// <summary>Reads files one after another into one set.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="classCount">Labels are 0 to this minus 1.</param>
    /// <exception cref="InvalidDataException">A file is no such file; the message names it, what was expected and what was found.</exception>
    public static ImageSet Read(IReadOnlyList<string> paths, int classCount)
    {
        using var pixels = new MemoryStream();
        using var labels = new MemoryStream();
        foreach (string path in paths)
        {
            Append(path, classCount, pixels, labels);
        }

        // The streams' own arrays: a second copy of the pixels would double the memory.
        return new ImageSet(
            (int)labels.Length, [Channels, Side, Side], ImageLength, pixels.GetBuffer().AsMemory(0, (int)pixels.Length), labels.GetBuffer().AsMemory(0, (int)labels.Length));
    }

    private static void Append(string path, int classCount, MemoryStream pixels, MemoryStream labels)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        int first = file.ReadByte();
        bool compressed = first == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        if (!compressed && file.Length % RecordLength != 0)
        {
            throw Length(path, file.Length);
        }

        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        byte[] buffer = new byte[RecordsAtOnce * RecordLength];
        long records = 0;
        while (true)
        {
            int read = ReadAtMost(stream, buffer, path);
            if (read % RecordLength != 0)
            {
                throw Length(path, (records * RecordLength) + read);
            }

            for (int start = 0; start < read; start += RecordLength, records++)
            {
                if (buffer[start] >= classCount)
                {
                    throw Error(path, Text($"expected a class of 0 to {classCount - 1} at the start of image {records}, found {buffer[start]}; CIFAR-100's files, with two classes an image, are of another format"));
                }

                if (pixels.Length + ImageLength > Array.MaxLength)
                {
                    throw Error(path, Text($"with it the images are more than {Array.MaxLength:N0} bytes; load fewer files"));
                }

                labels.WriteByte(buffer[start]);
                pixels.Write(buffer, start + 1, ImageLength);
            }

            if (read < buffer.Length)
            {
                break;
            }
        }

        if (records == 0)
        {
            throw Error(path, "it is empty");
        }
    }

    private static int ReadAtMost(Stream stream, byte[] buffer, string path)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw Error(path, "its compressed data are damaged or cut short (" + exception.Message.TrimEnd('.') + "); fetch it again", exception);
        }
    }

    private static InvalidDataException Length(string path, long bytes) =>
        Error(path, Text($"expected a multiple of {RecordLength} bytes (a class and {Channels} × {Side} × {Side} pixels for each image), found {bytes}; it is cut short, or of another format"));

    private static InvalidDataException Error(string path, string problem, Exception? inner = null) => new($"Cannot read CIFAR-10 file '{path}': {problem}.", inner);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
