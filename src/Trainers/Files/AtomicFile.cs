namespace MLNet.GradientTrainers;

/// <summary>
/// Writes a file as a whole or not at all: into another file in the same folder, flushed to disk, then renamed. Whoever reads the path, whenever the process ends and however
/// full the disk is, finds what was there before or what was written, never a part of it.
/// </summary>
/// <remarks>
/// <para>All writers may write the same path at once, in one process or in several: each replaces the file as a whole, the last one stays.</para>
/// <para>The new file has the permissions of the old one. A symbolic link stays a link, and the file that it points to is replaced; other hard links keep the old content.
/// What is no file on a disk, such as a pipe or <c>/dev/stdout</c>, is written to as it comes.</para>
/// <para>After the rename the file's time is set once more: watchers that look for changes only, such as that of ML.NET's PredictionEnginePool, do not see a rename.</para>
/// <para>A process that is killed leaves its unfinished file, <c>.NAME.*.aside</c>; the next writer of the same path removes it once it is a minute old.</para>
/// </remarks>
public static class AtomicFile
{
    /// <summary>Finds out that a file can be written, without writing it: before hours of work whose result it is to take. An existing one stays as it is.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <inheritdoc cref="Write(string, Action{Stream})" path="/exception"/>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PendingFile.Create(path).Dispose();
        try
        {
            // The unfinished file has a short name of its own; only the system knows whether this one is too long.
            File.GetAttributes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // It is to be made.
        }
    }

    /// <summary>Writes a file; an existing one is replaced when all is written.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="write">Writes the content to the stream, which can seek; it may close it. When it throws, the old file stays.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be replaced, or no file may be made in the folder.</exception>
    /// <exception cref="IOException">The path is a folder, the disk is full, or writing fails otherwise.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Write(path, write, (content, stream) => content(stream));
    }

    /// <summary>Writes a file; an existing one is replaced when all is written.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="write">Writes the content to the stream, which can seek; it may close it. When it throws or is cancelled, the old file stays.</param>
    /// <param name="cancellationToken">Handed to <paramref name="write"/>, and looked at before the file is replaced.</param>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        cancellationToken.ThrowIfCancellationRequested();
        using var file = PendingFile.Create(path);
        try
        {
            await using (var stream = file.Open())
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            file.Commit();
        }
        catch (IOException exception) when (PendingFile.TellsNoPath(exception))
        {
            throw file.Failure(exception);
        }
    }

    /// <summary>The same for content that a closure cannot hold, such as a span.</summary>
    internal static void Write<T>(string path, T content, Action<T, Stream> write)
        where T : allows ref struct
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = PendingFile.Create(path);
        try
        {
            using (var stream = file.Open())
            {
                write(content, stream);
            }

            file.Commit();
        }
        catch (IOException exception) when (PendingFile.TellsNoPath(exception))
        {
            throw file.Failure(exception);
        }
    }
}
