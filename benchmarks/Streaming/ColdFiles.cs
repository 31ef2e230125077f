using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Files whose pages the system is told to forget, so that they are read from the disk. Linux only; elsewhere nothing happens.</summary>
internal static partial class ColdFiles
{
    private const int DontNeed = 4;
    private const int BlockBytes = 1 << 20;

    /// <summary>Forgets the pages of all files that this process has open, also of those without a name, whose path ends so.</summary>
    public static void DropOpen(string ending)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (string link in Directory.GetFiles("/proc/self/fd"))
        {
            if (File.ResolveLinkTarget(link, false)?.Name.Replace(" (deleted)", "", StringComparison.Ordinal).EndsWith(ending, StringComparison.Ordinal) == true)
            {
                Drop(int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Megabytes in a second at which a file is read from the disk, from its beginning to its end, by large blocks: all that a streamed epoch can have of it.</summary>
    /// <param name="bytes">Bytes of a file that is made for it.</param>
    public static double SequentialRead(long bytes)
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] block = new byte[BlockBytes];
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            var random = new Random(1);
            for (long at = 0; at < bytes; at += block.Length)
            {
                random.NextBytes(block);
                RandomAccess.Write(file, block, at);
            }

            if (OperatingSystem.IsLinux())
            {
                Drop((int)file.DangerousGetHandle());
            }

            long started = Stopwatch.GetTimestamp();
            for (long at = 0; at < bytes; at += block.Length)
            {
                _ = RandomAccess.Read(file, block, at);
            }

            return bytes / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Drop(int file)
    {
        // Pages that are not written yet are not forgotten.
        _ = Synchronize(file);
        _ = Advise(file, 0, 0, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
