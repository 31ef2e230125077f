using Microsoft.Win32.SafeHandles;

namespace MLNet.GradientTrainers;

/// <summary>A file that is being written aside, until <see cref="Commit"/> puts it in its place or <see cref="Dispose"/> removes it.</summary>
internal sealed class PendingFile : IDisposable
{
    private const string Ending = ".aside";
    private const int RandomLength = 8;

    /// <summary>A name may have 255 bytes; what a long one begins with tells enough.</summary>
    private const int LongestName = 40;

    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly string _target;
    private readonly string? _aside;
    private readonly SafeFileHandle _handle;
    private WatchedStream? _stream;
    private bool _committed;

    /// <param name="target">The file to put in place.</param>
    /// <param name="aside">What is written first; null for what can't be replaced, such as a pipe.</param>
    /// <param name="handle">The file that is written.</param>
    private PendingFile(string target, string? aside, SafeFileHandle handle)
    {
        _target = target;
        _aside = aside;
        _handle = handle;
    }

    public static PendingFile Create(string path)
    {
        string target = Path.GetFullPath(path);
        if (IsDevice(target))
        {
            return new(target, null, File.OpenHandle(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        }

        if (new FileInfo(target).LinkTarget is not null)
        {
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        }

        string folder = Path.GetDirectoryName(target) ?? target;
        if (Directory.Exists(target) || Path.EndsInDirectorySeparator(target))
        {
            throw new IOException($"'{path}' is a folder, not a file: add a file name.");
        }

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"'{path}' cannot be written: there is no folder '{folder}'. Create it first.");
        }

        UnixFileMode? mode = null;
        if (File.Exists(target))
        {
            // Opened as if to write into it: a file that may not be written is not to be replaced either.
            var old = File.OpenHandle(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (!CanSeek(old))
            {
                return new(target, null, old);
            }

            using (old)
            {
                mode = OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(old);
            }
        }

        string start = $".{ShortName(target)}.";
        RemoveAbandoned(folder, start);
        string aside = Path.Combine(folder, start + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, RandomLength / 2)) + Ending);
        var file = new PendingFile(target, aside, OpenAside(path, folder, aside));
        try
        {
            file.SetMode(mode);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Puts a finished file into its place, flushed to disk.</summary>
    public static void Replace(string aside, string target)
    {
        using var handle = File.OpenHandle(aside, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        Replace(aside, target, handle);
    }

    /// <summary>Whether the message is the system's alone: a stream over a handle does not know its file's name.</summary>
    public static bool TellsNoPath(IOException exception) => exception.GetType() == typeof(IOException);

    /// <summary>A stream over the file, once; closing it leaves the file open.</summary>
    public Stream Open() => _stream = new WatchedStream(new FileStream(new SafeFileHandle(_handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Write));

    /// <summary>Puts the file into its place, unless writing it failed, even when the writer has swallowed that: ML.NET's does with the end of its archive.</summary>
    public void Commit()
    {
        _stream?.ThrowIfFailed();
        if (_aside is not null)
        {
            Replace(_aside, _target, _handle);
        }

        _committed = true;
    }

    public IOException Failure(IOException cause) =>
        new($"'{_target}' was not written{(_aside is null ? "" : ", and what was there before is unchanged")}: {cause.Message}", cause) { HResult = cause.HResult };

    public void Dispose()
    {
        if (!_committed && _aside is not null)
        {
            Try(() => File.Delete(_aside));
        }

        _handle.Dispose();
    }

    /// <summary>The handle stays open over the rename: its lock tells other writers that the file is not abandoned.</summary>
    private static void Replace(string aside, string target, SafeFileHandle handle)
    {
        RandomAccess.FlushToDisk(handle);
        File.Move(aside, target, overwrite: true);

        // The file is in its place; a file system that refuses its owner to set the time changes nothing about that.
        Try(() => File.SetLastWriteTimeUtc(handle, DateTime.UtcNow));
    }

    /// <summary>Gives the new file the old one's permissions.</summary>
    private void SetMode(UnixFileMode? mode)
    {
        if (mode is { } old && !OperatingSystem.IsWindows() && File.GetUnixFileMode(_handle) != old)
        {
            File.SetUnixFileMode(_handle, old);
        }
    }

    private static SafeFileHandle OpenAside(string path, string folder, string aside)
    {
        try
        {
            return File.OpenHandle(aside, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || (exception is IOException io && TellsNoPath(io)))
        {
            string message = $"'{path}' cannot be written: no file can be made in the folder '{folder}' ({exception.Message}). Choose another folder, or allow it there.";
            throw exception is IOException ? new IOException(message, exception) : new UnauthorizedAccessException(message, exception);
        }
    }

    private static bool CanSeek(SafeFileHandle handle)
    {
        using var stream = new FileStream(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Write);
        return stream.CanSeek;
    }

    private static bool IsDevice(string path) => OperatingSystem.IsWindows()
        ? path.StartsWith(@"\\.\", StringComparison.Ordinal)
        : path.StartsWith("/proc/", StringComparison.Ordinal) || (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal));

    private static string ShortName(string path)
    {
        string name = Path.GetFileName(path);
        return name.Length <= LongestName ? name : name[..LongestName];
    }

    /// <summary>Removes what killed writers left: old, and locked by nobody.</summary>
    private static void RemoveAbandoned(string folder, string start) => Try(() =>
    {
        foreach (string path in Directory.EnumerateFiles(folder, ".*" + Ending))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith(start, StringComparison.Ordinal) && name.Length == start.Length + RandomLength + Ending.Length && File.GetLastWriteTimeUtc(path) < DateTime.UtcNow - Abandoned)
            {
                Try(() =>
                {
                    using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
                });
            }
        }
    });

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
