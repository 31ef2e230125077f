using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A file that one process, and one thread of it, holds at a time; the system lets go of it when the process ends, however that comes.</summary>
internal sealed class StoreLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The file, which is made where it is missing and never removed: a file of the same name would be another lock.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>The lock; null when another one has held it all the time.</returns>
    /// <exception cref="IOException">The file can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made or written.</exception>
    public static StoreLock? Take(string path, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                if (Stopwatch.GetElapsedTime(start) >= timeout)
                {
                    return null;
                }

                Thread.Sleep(Pause);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>A sharing violation: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);
}
