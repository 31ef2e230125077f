using System.IO.Compression;

namespace MLNet.GradientTrainers;

/// <summary>The checksum of zip archives: CRC-32 with the reversed polynomial 0xEDB88320.</summary>
/// <remarks>W. W. Peterson, D. T. Brown, "Cyclic codes for error detection", 1961; ISO 3309. A byte at a time, by D. V. Sarwate, 1988.</remarks>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Enumerable.Range(0, 8).Aggregate((uint)value, (crc, _) => (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)))))];

    /// <summary>The checksum of what an entry really holds.</summary>
    /// <exception cref="InvalidDataException">It can't be unpacked.</exception>
    public static uint Of(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        byte[] buffer = new byte[1 << 16];
        uint crc = ~0u;
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            foreach (byte value in buffer.AsSpan(0, read))
            {
                crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
            }
        }

        return ~crc;
    }
}
