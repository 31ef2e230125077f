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
        using var file = OpenShared(path);
        return Of(file);
    }

    public static FileHash Of(FileStream file)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return new FileHash(hash, file.Position);
    }

    /// <summary>Opens a file that may be replaced meanwhile.</summary>
    public static FileStream OpenShared(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
}
