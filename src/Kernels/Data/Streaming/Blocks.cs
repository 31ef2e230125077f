using Microsoft.Win32.SafeHandles;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Reads pieces of files.</summary>
internal static class Blocks
{
    /// <summary>Fills a buffer from a place of a file on, as far as the file goes.</summary>
    /// <returns>Bytes read.</returns>
    public static int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            int read = RandomAccess.Read(file, bytes[done..], offset + done);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }
}
