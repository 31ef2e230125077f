using System.Security.Cryptography;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The content of a file, told by its SHA-256.</summary>
/// <param name="Sha256">64 hexadecimal digits in lower case.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct FileHash(string Sha256, long Length)
{
    /// <exception cref="IOException">The file can't be read.</exception>
    public static FileHash Of(string path)
    {
        using var file = SharedFile.Open(path);
        return Of(file);
    }

    /// <summary>Of a stream from where it stands, its beginning.</summary>
    public static FileHash Of(Stream content)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return new FileHash(hash, content.Position);
    }
}
