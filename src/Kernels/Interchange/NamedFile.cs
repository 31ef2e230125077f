namespace MLNet.GradientTrainers.Kernels;

/// <summary>Reads a file by its path, and names it where it can't be read.</summary>
internal static class NamedFile
{
    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads its stream. What it throws of a content is thrown with the path in front.</param>
    /// <exception cref="IOException">The path is a folder, or the file can't be read.</exception>
    public static T Read<T>(string path, Func<Stream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder: name a file in it.");
        }

        using FileStream stream = File.OpenRead(path);
        try
        {
            return read(stream);
        }
        catch (FormatException e)
        {
            throw new FormatException(Named(e), e);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException(Named(e), e);
        }
        catch (EndOfStreamException e)
        {
            throw new EndOfStreamException(Named(e), e);
        }

        string Named(Exception e) => $"'{path}': {e.Message}";
    }
}
