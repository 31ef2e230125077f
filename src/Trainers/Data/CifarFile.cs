using System.Globalization;

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

    private delegate void RecordAction(int index, ReadOnlySpan<byte> record);

    /// <summary>Reads files one after another into one set.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="classCount">Labels are 0 to this minus 1.</param>
    /// <param name="maxRows">Only so many images are read; null for all, unless they are more than such a file holds in earnest.</param>
    /// <exception cref="InvalidDataException">A file is no such file; the message names it, what was expected and what was found.</exception>
    public static ImageSet Read(IReadOnlyList<string> paths, int classCount, long? maxRows)
    {
        // Twice: a compressed file tells its number of images only at its end, and memory is claimed once, for images that are there.
        int total = ForEachRecord(maxRows, (_, _) => { });
        byte[] pixels = new byte[total * ImageLength];
        byte[] labels = new byte[total];
        int read = ForEachRecord(total, (index, record) =>
        {
            labels[index] = record[0];
            record[1..].CopyTo(pixels.AsSpan(index * ImageLength));
        });
        if (read < total)
        {
            throw Error(string.Join("', '", paths), "it changed while it was read");
        }

        return new ImageSet(total, [Channels, Side, Side], ImageLength, pixels, labels);

        int ForEachRecord(long? limit, RecordAction action)
        {
            int records = 0;
            for (int i = 0; i < paths.Count && records < (limit ?? long.MaxValue); i++)
            {
                records = Scan(paths[i], classCount, records, limit, action);
            }

            return records;
        }
    }

    /// <summary>Hands on a file's records, checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classCount">Labels are 0 to this minus 1.</param>
    /// <param name="before">Records of the files before.</param>
    /// <param name="maxRows">The limit of all files.</param>
    /// <param name="action">Gets each record and how many came before it.</param>
    /// <returns>The records of all files so far.</returns>
    private static int Scan(string path, int classCount, int before, long? maxRows, RecordAction action)
    {
        using var file = new DataFile(path);
        if (!file.IsCompressed && file.Length % RecordLength != 0)
        {
            throw Length(path, file.Length);
        }

        byte[] buffer = new byte[RecordsAtOnce * RecordLength];
        int records = 0;
        while (true)
        {
            int read = ReadAtMost(file.Content, buffer, path);
            for (int start = 0; start + RecordLength <= read; start += RecordLength, records++)
            {
                if (before + records == maxRows)
                {
                    return before + records;
                }

                if (buffer[start] >= classCount)
                {
                    throw Error(path, Text($"expected a class of 0 to {classCount - 1} at the start of image {records}, found {buffer[start]}; CIFAR-100's files, with two classes an image, are of another format"));
                }

                if ((before + records + 1L) * ImageLength > Array.MaxLength)
                {
                    throw Error(path, Text($"with it the images are more than {Array.MaxLength:N0} bytes; load fewer files or images (maxRows)"));
                }

                action(before + records, buffer.AsSpan(start, RecordLength));
            }

            if (read % RecordLength != 0)
            {
                throw Length(path, ((long)records * RecordLength) + (read % RecordLength));
            }

            if (maxRows is null && file.ExpandsBeyondReason((long)records * RecordLength))
            {
                throw Error(path, Text($"its {file.Length:N0} bytes hold {records:N0} images and more, which only a file does that is made to fill the memory; if it is meant so, tell how many to read at most (maxRows)"));
            }

            if (read < buffer.Length)
            {
                break;
            }
        }

        return records > 0 ? before + records : throw Error(path, "it is empty");
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
