using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where a block of a spill file lies, and its checksum.</summary>
internal readonly record struct SpillBlock(long Offset, int Length, uint Checksum);

/// <summary>
/// A temporary file of blocks of bytes, written once each and read in any order by any thread. It has no name in its folder while it is used, where the system allows that, so that nothing of it is left however
/// the process ends; elsewhere the system removes it when it is closed, and what a crash of the machine leaves is removed by the next one in the folder.
/// </summary>
/// <remarks>A block is the bytes of a chunk of rows as they lie in memory. Offsets and checksums are kept in memory: the file is of use to the process alone that wrote it.</remarks>
internal sealed class SpillFile : IDisposable
{
    private const string Beginning = "gradient-rows-";
    private const string Ending = ".spill";

    /// <summary>A younger file may be about to be locked by who has just made it.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly Lock _append = new();
    private readonly SafeFileHandle _handle;
    private readonly string _folder;
    private long _length;

    private SpillFile(SafeFileHandle handle, string folder) => (_handle, _folder) = (handle, folder);

    /// <summary>Bytes written so far.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Makes a file of a fresh name.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="IOException">The folder does not exist or may not be written.</exception>
    public static SpillFile Create(string folder)
    {
        try
        {
            RemoveAbandoned(folder);
            string path = Path.Combine(folder, $"{Beginning}{Guid.NewGuid():N}{Ending}");
            SafeFileHandle handle = File.OpenHandle(
                path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose | FileOptions.RandomAccess : FileOptions.RandomAccess);
            if (!OperatingSystem.IsWindows())
            {
                // What has no name goes with the last process that has it open, also with a killed one.
                File.Delete(path);
            }

            return new SpillFile(handle, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(folder, exception);
        }
    }

    /// <summary>Writes a block behind the others.</summary>
    /// <exception cref="IOException">The disk is full, or failed.</exception>
    public SpillBlock Append(ReadOnlySpan<byte> bytes)
    {
        uint checksum = Crc32C.Of(bytes);
        lock (_append)
        {
            long offset = _length;
            try
            {
                RandomAccess.Write(_handle, bytes, offset);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(_folder, exception);
            }

            Interlocked.Exchange(ref _length, offset + bytes.Length);
            return new SpillBlock(offset, bytes.Length, checksum);
        }
    }

    /// <summary>Reads a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="bytes">As long as the block.</param>
    /// <exception cref="InvalidDataException">What is read is not what was written.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Read(in SpillBlock block, Span<byte> bytes)
    {
        int read = Blocks.Read(_handle, bytes, block.Offset);
        if (read < bytes.Length || Crc32C.Of(bytes) != block.Checksum)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The rows that were spilled to the folder '{_folder}' are damaged: of {block.Length:N0} bytes from byte {block.Offset:N0} on, {(read < bytes.Length ? $"only {read:N0} are there" : "some are others than were written")}. Check the disk, or give another folder (SpillFolder), and train again."));
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Overwrites a byte, for tests of damage.</summary>
    internal void Damage(long offset) => RandomAccess.Write(_handle, [0xA5, 0x5A], offset);

    /// <summary>Cuts the file, for tests of damage.</summary>
    internal void Cut(long length) => RandomAccess.SetLength(_handle, length);

    /// <summary>Removes files that no process has open.</summary>
    private static void RemoveAbandoned(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, $"{Beginning}*{Ending}"))
        {
            try
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > Abandoned)
                {
                    using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                    File.Delete(path);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Of another process that uses it, or of another user.
            }
        }
    }

    private static IOException Unwritable(string folder, Exception inner) => new(
        $"Rows can't be spilled to the folder '{folder}': {inner.Message.TrimEnd('.')}. Give a folder (SpillFolder) that exists, may be written and has room for all rows.", inner);
}
