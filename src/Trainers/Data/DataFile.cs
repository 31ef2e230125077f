using System.IO.Compression;

namespace MLNet.GradientTrainers;

/// <summary>A file of a data set, plain or gzip-compressed, which is told by its first bytes and not by its name.</summary>
internal sealed class DataFile : IDisposable
{
    /// <summary>Images shrink to a tenth at best. A file that holds more than this many times its length is made to fill the memory.</summary>
    private const int ExpansionLimit = 100;

    /// <summary>So much does no harm, whatever it expands from.</summary>
    private const long HarmlessLength = 64 << 20;

    private const int FilesTold = 8;

    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file does not exist, is a folder or cannot be read.</exception>
    public DataFile(string path)
    {
        if (Directory.Exists(path))
        {
            string[] files = [.. Directory.EnumerateFiles(path).Take(FilesTold).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
            string content = files.Length == 0 ? "It has no files." : $"It has {string.Join(", ", files)}{(files.Length == FilesTold ? ", …" : ".")}";
            throw new IOException($"'{path}' is a folder: name the files in it that are wanted. {content}");
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            Length = file.Length;
            IsCompressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            Content = IsCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The content, unpacked.</summary>
    public Stream Content { get; }

    /// <summary>The file's length on disk in bytes.</summary>
    public long Length { get; }

    public bool IsCompressed { get; }

    /// <summary>Whether so many bytes of content are more than a file of this length holds in earnest.</summary>
    public bool ExpandsBeyondReason(long content) => content > HarmlessLength && content / ExpansionLimit > Length;

    public void Dispose() => Content.Dispose();
}
