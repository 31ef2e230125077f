using System.Security.Cryptography;

namespace MLNet.GradientTrainers;

/// <summary>One of MNIST's files and how to know it.</summary>
/// <param name="Name">File name on the mirrors, ending in .gz.</param>
/// <param name="ContentLength">Length of the unpacked content in bytes.</param>
/// <param name="ContentSha256">
/// SHA-256 of the unpacked content, in hexadecimal. The content is what counts: copies of MNIST are packed in different ways.
/// </param>
public sealed record MnistFile(string Name, long ContentLength, string ContentSha256)
{
    /// <summary>The name without .gz.</summary>
    public string UnpackedName => Name.EndsWith(".gz", StringComparison.Ordinal) ? Name[..^3] : Name;

    /// <summary>No packed copy is longer than this; a server that sends more is cut off.</summary>
    internal long LengthLimit => ContentLength + (ContentLength / 8) + 1024;

    /// <summary>The first copy in a folder, packed or unpacked, under one of the names in use; its content is not looked at.</summary>
    internal string? FindIn(string directory) =>
        Candidates(directory).FirstOrDefault(File.Exists);

    /// <summary>The first copy in a folder whose content is right.</summary>
    internal async Task<string?> FindVerifiedAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (string path in Candidates(directory).Where(File.Exists))
        {
            if (await CheckAsync(path, cancellationToken).ConfigureAwait(false) == MnistFileState.Right)
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Compares a file's content, unpacked where it is gzip, with what it should be.</summary>
    internal async Task<MnistFileState> CheckAsync(string path, CancellationToken cancellationToken)
    {
        using var file = new DataFile(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long length = 0;
        try
        {
            int read;
            while ((read = await file.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                length += read;
                if (length > ContentLength)
                {
                    return MnistFileState.Broken;
                }
            }
        }
        catch (InvalidDataException)
        {
            return MnistFileState.Broken;
        }

        if (length != ContentLength)
        {
            return MnistFileState.Broken;
        }

        bool right = string.Equals(Convert.ToHexString(hash.GetHashAndReset()), ContentSha256, StringComparison.OrdinalIgnoreCase);
        return right ? MnistFileState.Right : MnistFileState.Other;
    }

    private IEnumerable<string> Candidates(string directory)
    {
        yield return Path.Combine(directory, Name);
        yield return Path.Combine(directory, UnpackedName);

        // Some unpackers write train-images.idx3-ubyte.
        int dash = UnpackedName.LastIndexOf("-idx", StringComparison.Ordinal);
        if (dash > 0)
        {
            yield return Path.Combine(directory, string.Concat(UnpackedName.AsSpan(0, dash), ".", UnpackedName.AsSpan(dash + 1)));
        }
    }
}

/// <summary>What a look at a file's content says.</summary>
internal enum MnistFileState
{
    /// <summary>Length and checksum are right.</summary>
    Right,

    /// <summary>As long as expected and readable, but with another checksum: for instance Fashion-MNIST, whose files have the same names.</summary>
    Other,

    /// <summary>Short, long, or damaged.</summary>
    Broken,
}
